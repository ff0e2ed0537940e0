// syncfs(2); ioctl FIFREEZE and FITHAW

using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    /// <summary>Writes everything that is dirty on the volume of an open file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Success.</returns>
    /// <errors>EBADF closed, or O_PATH; what <see cref="SuperBlock.Sync"/> answers.</errors>
    /// <locks>As <see cref="SuperBlock.Sync"/>.</locks>
    /// <source>syncfs(2)</source>
    public Result SyncVolume(OpenFile file) => IsOpenHere(file)
        ? SuperBlock.Sync()
        : VfsWriteReasons.SyncVolumeClosed;

    /// <summary>Freezes the volume.</summary>
    /// <returns>Success.</returns>
    /// <errors>EPERM without CAP_SYS_ADMIN; what <see cref="SuperBlock.FreezeVolume"/> answers.</errors>
    /// <locks>As <see cref="SuperBlock.FreezeVolume"/>.</locks>
    public Result Freeze() => Credentials.Has(Capabilities.SystemAdmin)
        ? SuperBlock.FreezeVolume()
        : VfsWriteReasons.FreezePrivileged;

    /// <summary>Thaws the volume.</summary>
    /// <returns>Success.</returns>
    /// <errors>EPERM without CAP_SYS_ADMIN; what <see cref="SuperBlock.ThawVolume"/> answers.</errors>
    /// <locks>As <see cref="SuperBlock.ThawVolume"/>.</locks>
    public Result Thaw() => Credentials.Has(Capabilities.SystemAdmin)
        ? SuperBlock.ThawVolume()
        : VfsWriteReasons.ThawPrivileged;
}
