// fsync(2), fdatasync(2), sync_file_range(2)

using Faultline.Abi;
using Faultline.Base;
using Faultline.PageCache.Writing;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>Makes the file durable: data, and what is needed to reach them; all attributes unless
    /// <paramref name="dataOnly"/>.</summary>
    /// <param name="dataOnly">fdatasync(2): times need not be durable.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADF closed or O_PATH; EIO, ENOSPC, EDQUOT something could not be written, now or since this
    /// open file asked
    /// last: each such event is reported once to each open file.</errors>
    /// <locks>Caller: nothing. Takes: folio, one at a time; waits for writeback and what the driver waits for.</locks>
    /// <source>fsync(2)</source>
    public Result Sync(bool dataOnly = false)
    {
        if (IsClosed || (Flags & OpenFlags.O_PATH) != 0)
        {
            return VfsWriteReasons.SyncClosed;
        }

        Result synced = Inode.SyncRange(WritebackControl.Everything, dataOnly);
        Errno seen = TakeWritebackError();
        if (seen == Errno.OK)
        {
            return synced;
        }

        return synced.IsOk ? VfsWriteReasons.WritebackError.With($"{seen}") : synced;
    }
}
