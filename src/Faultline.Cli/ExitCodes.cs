// Which error becomes which exit code.

using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext;

namespace Faultline.Cli;

/// <summary>Which error becomes which exit code.</summary>
internal static class ExitCodes
{
    internal static ExitCode Of(FsError error)
    {
        bool isNoVolume = error.Reason == FaultlineReasons.NotRecognised
            || error.Reason == ExtReasons.JournalForeign
            || error.Reason == ExtReasons.JournalForeignUuid;
        if (isNoVolume)
        {
            return ExitCode.Corrupt;
        }

        return error.Errno switch
        {
            Errno.OK => ExitCode.Done,
            Errno.EOPNOTSUPP or Errno.ENOKEY or Errno.ENOSYS => ExitCode.Unsupported,
            Errno.EUCLEAN or Errno.ESTALE => ExitCode.Corrupt,
            Errno.ENOSPC or Errno.EDQUOT => ExitCode.NoSpace,
            Errno.EACCES or Errno.EPERM or Errno.EROFS => ExitCode.NotPermitted,
            Errno.EBUSY => ExitCode.InUse,
            Errno.ECANCELED => ExitCode.Cancelled,
            Errno.EIO or Errno.ENOMEM => ExitCode.HostError,
            _ => ExitCode.NotFound,
        };
    }
}
