// Names, attributes, and the volume as a whole.

using System;
using System.Globalization;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;

namespace Faultline.Soak;

internal sealed partial class SoakActor
{
    private const int Folders = 4;
    private const int NamesOfAFolder = 12;
    private const int ValueBytesMax = 200;
    private const uint DirectoryMode = 0x1ED;

    private static string FolderName(long folder) => string.Create(CultureInfo.InvariantCulture, $"/d{folder}");

    private byte[] Folder() => Encoding.ASCII.GetBytes(FolderName(_random.Below(Folders)));

    // A file of a folder, or of a folder in it that may be there.
    private byte[] Name()
    {
        string inner = _random.OneIn(4) ? string.Create(CultureInfo.InvariantCulture, $"/s{_random.Below(2)}") : "";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{FolderName(_random.Below(Folders))}{inner}/f{_random.Below(NamesOfAFolder)}"));
    }

    private byte[] InnerFolder() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{FolderName(_random.Below(Folders))}/s{_random.Below(2)}"));

    private byte[] FileOrFolder() => _random.OneIn(4) ? InnerFolder() : Name();

    private Errno ActOnNames(SoakOp operation) => operation switch
    {
        SoakOp.Mkdir => Outcome(_mount.Mkdir(InnerFolder(), DirectoryMode)),
        SoakOp.Rmdir => Outcome(_mount.Rmdir(InnerFolder())),
        SoakOp.Link => _held is not null && _random.OneIn(2)
            ? Outcome(_mount.Link(_held, Name()))
            : Outcome(_mount.Link(Name(), Name())),
        SoakOp.Symlink => Outcome(_mount.Symlink(Name(), Name())),
        SoakOp.Unlink => Outcome(_mount.Unlink(Name())),
        SoakOp.Rename => Outcome(_mount.Rename(FileOrFolder(), FileOrFolder())),
        SoakOp.Exchange => Outcome(_mount.Rename(FileOrFolder(), FileOrFolder(), RenameFlags.RENAME_EXCHANGE)),
        SoakOp.List => List(),
        SoakOp.Stat => Outcome(_mount.Stat(FileOrFolder())),
        SoakOp.Chmod => Outcome(_mount.Chmod(FileOrFolder(), DirectoryMode)),
        SoakOp.SetXattr => SetXattr(),
        SoakOp.GetXattr => Outcome(_mount.GetXattr(FileOrFolder(), "user.a"u8, _buffer)),
        SoakOp.RemoveXattr => Outcome(_mount.RemoveXattr(FileOrFolder(), "user.a"u8)),
        SoakOp.SyncVolume => Outcome(volume.Sync()),
        _ => FreezeAndThaw(),
    };

    private Errno List()
    {
        Result<OpenFile> opened = _mount.Open(Folder());
        if (!opened.TryGet(out OpenFile? folder, out FsError error))
        {
            return error.Errno;
        }

        using (folder)
        {
            return Outcome(folder.ReadDirectory(0, new NameSink()));
        }
    }

    private Errno SetXattr() => Outcome(_mount.SetXattr(
        FileOrFolder(), "user.a"u8, _buffer.AsSpan(0, (int)_random.Below(ValueBytesMax)), XattrFlags.None));

    private Errno Lock(OpenFile file)
    {
        AdvisoryLockType type = (AdvisoryLockType)_random.Below(3);
        return Outcome(file.SetLock(type, _random.Below(100), 1 + _random.Below(100)));
    }

    private Errno FreezeAndThaw()
    {
        Result frozen = volume.FreezeVolume();
        if (!frozen.IsOk)
        {
            return frozen.Error.Errno;
        }

        _ = Thread.Yield();
        return Outcome(volume.ThawVolume());
    }
}
