// The prepared volume of a sweep, and the operations on it.
//
//   /d          a directory of several blocks; f: data, a hole, unwritten space; big: an extent tree with a node;
//               g: small; x: attributes in a block; link: a slow symbolic link; sub: an empty directory
//   /e          another directory; g: a file to be replaced

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Lab.Faults;

/// <summary>What a sweep does.</summary>
internal static class FaultOperations
{
    private const FallocateFlags Keep = FallocateFlags.KeepSize;

    /// <summary>All operations.</summary>
    internal static IReadOnlyList<FaultOperation> All { get; } =
    [
        new("stat", static s => Outcome(s.Mount.Stat("/d/link"u8, FinalLink.Keep))) { OnlyReads = true },
        new("lookup of nothing", static s => Absent(s.Mount.Stat("/d/nothing"u8))) { OnlyReads = true },
        new("readdir", ListDirectory) { OnlyReads = true },
        new("readlink", static s => Outcome(s.Mount.ReadLink("/d/link"u8))) { OnlyReads = true },
        new("read", static s => Whole(s.One.Read(0, new byte[40_000]), 40_000)) { OnlyReads = true },
        new("read of many extents", ReadBig) { OnlyReads = true },
        new("getxattr", static s => Outcome(s.Mount.GetXattr("/d/x"u8, "user.large"u8, new byte[900]))) { OnlyReads = true },
        new("seek hole", static s => Outcome(s.One.SeekHole(0))) { OnlyReads = true },
        new("create", static s => Close(s.Mount.Open("/d/new"u8, OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_RDWR, 0x1A4))),
        new("mkdir", static s => s.Mount.Mkdir("/d/new"u8, 0x1ED)),
        new("mknod", static s => s.Mount.Mknod("/d/new"u8, ModeBits.S_IFCHR | 0x1A4, 5, 300)),
        new("symlink, slow", static s => s.Mount.Symlink(Letters(300), "/d/new"u8)),
        new("symlink, fast", static s => s.Mount.Symlink("target"u8, "/d/new"u8)),
        new("O_TMPFILE and link", LinkUnnamed),
        new("link", static s => s.Mount.Link("/d/g"u8, "/e/new"u8)),
        new("unlink", static s => s.Mount.Unlink("/d/g"u8)),
        new("unlink of many extents", static s => s.Mount.Unlink("/d/big"u8)),
        new("unlink with attributes", static s => s.Mount.Unlink("/d/x"u8)),
        new("rmdir", static s => s.Mount.Rmdir("/d/sub"u8)),
        new("rename", static s => s.Mount.Rename("/d/g"u8, "/d/new"u8)),
        new("rename across directories", static s => s.Mount.Rename("/d/sub"u8, "/e/new"u8)),
        new("rename, replacing", static s => s.Mount.Rename("/d/g"u8, "/e/g"u8)),
        new("rename, exchanging", static s => s.Mount.Rename("/d/sub"u8, "/e/g"u8, RenameFlags.RENAME_EXCHANGE)),
        new("rename with whiteout", static s => s.Mount.Rename("/d/g"u8, "/e/new"u8, RenameFlags.RENAME_WHITEOUT)),
        new("chmod", static s => s.Mount.Chmod("/d/f"u8, 0x180)),
        new("chown", static s => s.Mount.Chown("/d/f"u8, 1000, 100_000)),
        new("utimens", static s => s.Mount.SetTimes("/d/f"u8, TimeUpdate.Now, TimeUpdate.Set(new UnixTime(5, 5)))),
        new("setxattr, small", static s => s.Mount.SetXattr("/d/f"u8, "user.a"u8, "value"u8)),
        new("setxattr, large", static s => s.Mount.SetXattr("/d/f"u8, "user.a"u8, Letters(700))),
        new("setxattr, replacing", static s => s.Mount.SetXattr("/d/x"u8, "user.large"u8, Letters(650))),
        new("removexattr", static s => s.Mount.RemoveXattr("/d/x"u8, "user.large"u8)),
        new("write, appending", static s => Write(s, 60_000, 5000)) { MayBePartial = true },
        new("write over data", static s => Write(s, 300, 5000)) { MayBePartial = true },
        new("write into a hole", static s => Write(s, 21_000, 3000)) { MayBePartial = true },
        new("write, large", static s => Write(s, 70_000, 300_000)) { MayBePartial = true },
        new("write into many extents", WriteBig) { MayBePartial = true },
        new("write, direct", WriteDirect) { MayBePartial = true },
        new("copy_file_range", Copy) { MayBePartial = true },
        new("truncate up", static s => s.One.Truncate(90_500)) { MayBePartial = true },
        new("truncate down", static s => s.One.Truncate(10_500)) { MayBePartial = true },
        new("truncate of many extents", static s => s.Mount.Truncate("/d/big"u8, 3000)) { MayBePartial = true },
        new("punch", static s => s.One.Fallocate(FallocateFlags.PunchHole | Keep, 1500, 9000)) { MayBePartial = true },
        new("punch many extents", PunchBig) { MayBePartial = true },
        new("zero range", static s => s.One.Fallocate(FallocateFlags.ZeroRange, 1500, 9000)) { MayBePartial = true, NeedsExtents = true },
        new("collapse", static s => s.One.Fallocate(FallocateFlags.CollapseRange, 4096, 8192)) { NeedsExtents = true },
        new("insert", static s => s.One.Fallocate(FallocateFlags.InsertRange, 4096, 8192)) { NeedsExtents = true },
        new("preallocate", static s => s.One.Fallocate(FallocateFlags.None, 20_000, 90_000)) { MayBePartial = true, NeedsExtents = true },
        new("preallocate, keeping the size", static s => s.One.Fallocate(Keep, 70_000, 50_000)) { MayBePartial = true, NeedsExtents = true },
        new("sync", static s => s.Volume.Sync()) { OnlyReads = true },
    ];

    /// <summary>Makes the prepared volume.</summary>
    /// <param name="mount">An empty volume.</param>
    /// <param name="hasExtents">Whether there is unwritten space.</param>
    internal static void Prepare(Mount mount, bool hasExtents)
    {
        mount.Mkdir("/d"u8, 0x1ED).ThrowIfError();
        mount.Mkdir("/e"u8, 0x1ED).ThrowIfError();
        for (int index = 0; index < 30; index++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"/d/name-{index:d3}-") + new string('n', 40);
            Close(mount.Open(Encoding.UTF8.GetBytes(name), OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0x1A4)).ThrowIfError();
        }

        Fill(mount, "/d/f"u8, 20_000, 1);
        using (OpenFile file = mount.Open("/d/f"u8, OpenFlags.O_RDWR).OrThrow())
        {
            _ = file.Write(30_000, Bytes(30_000, 2)).OrThrow();
            Result unwritten = hasExtents ? file.Fallocate(Keep, 61_000, 4000) : Result.Ok;
            unwritten.ThrowIfError();
        }

        Fill(mount, "/d/g"u8, 700, 3);
        Fill(mount, "/e/g"u8, 1700, 4);
        Fill(mount, "/d/x"u8, 10, 5);
        mount.SetXattr("/d/x"u8, "user.large"u8, Letters(600)).ThrowIfError();
        mount.SetXattr("/d/x"u8, "user.small"u8, "s"u8).ThrowIfError();
        mount.Symlink(Letters(200), "/d/link"u8).ThrowIfError();
        mount.Mkdir("/d/sub"u8, 0x1ED).ThrowIfError();
        using OpenFile big = mount.Open("/d/big"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0x1A4).OrThrow();
        for (int index = 0; index < 30; index++)
        {
            _ = big.Write(index * 8192, Bytes(4096, (ulong)index)).OrThrow();
        }
    }

    private static void Fill(Mount mount, ReadOnlySpan<byte> path, int length, ulong seed)
    {
        using OpenFile file = mount.Open(path, OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0x1A4).OrThrow();
        _ = file.Write(0, Bytes(length, seed)).OrThrow();
    }

    private static byte[] Bytes(int length, ulong seed)
    {
        byte[] bytes = new byte[length];
        new Prng(seed + 1).Fill(bytes);
        return bytes;
    }

    private static byte[] Letters(int length) => Encoding.ASCII.GetBytes(new string('v', length));

    private static Result Outcome<T>(in Result<T> result) => result.IsOk ? Result.Ok : result.Error;

    private static Result Absent<T>(in Result<T> result) => result.IsOk || result.Error.Errno != Errno.ENOENT
        ? Outcome(result)
        : Result.Ok;

    private static Result Close(in Result<OpenFile> opened)
    {
        if (opened.IsOk)
        {
            opened.Value.Dispose();
        }

        return Outcome(opened);
    }

    private static Result Write(FaultScene scene, long position, int length) =>
        Whole(scene.One.Write(position, Bytes(length, 77)), length);

    // A count that is less than asked for is how a caller is told.
    private static Result Whole(in Result<int> done, int length) =>
        done.IsOk ? Counted(done.Value, length) : done.Error;

    private static Result Counted(long done, long length) =>
        done < length ? LabReasons.Short.With($"{done} of {length}") : Result.Ok;

    private static Result WithBig(FaultScene scene, Func<OpenFile, Result> body)
    {
        Result<OpenFile> opened = scene.Mount.Open("/d/big"u8, OpenFlags.O_RDWR);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            return error;
        }

        using (file)
        {
            return body(file);
        }
    }

    private static Result ReadBig(FaultScene scene) =>
        WithBig(scene, static file => Whole(file.Read(100_000, new byte[60_000]), 60_000));

    private static Result WriteBig(FaultScene scene) =>
        WithBig(scene, static file => Whole(file.Write(53_000, Bytes(8000, 78)), 8000));

    private static Result PunchBig(FaultScene scene) =>
        WithBig(scene, static file => file.Fallocate(FallocateFlags.PunchHole | Keep, 41_000, 99_000));

    private static Result WriteDirect(FaultScene scene)
    {
        Result<OpenFile> opened = scene.Mount.Open("/d/f"u8, OpenFlags.O_RDWR | OpenFlags.O_DIRECT);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            return error;
        }

        using (file)
        {
            return Whole(file.Write(16_384, Bytes(8192, 79)), 8192);
        }
    }

    private static Result LinkUnnamed(FaultScene scene)
    {
        Result<OpenFile> opened = scene.Mount.Open("/d"u8, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0x1A4);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            return error;
        }

        using (file)
        {
            return scene.Mount.Link(file, "/d/new"u8);
        }
    }

    private static Result Copy(FaultScene scene)
    {
        Result<OpenFile> opened = scene.Mount.Open("/d/big"u8, OpenFlags.O_RDONLY);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            return error;
        }

        using (file)
        {
            Result<long> copied = file.CopyTo(1000, scene.One, 5000, 20_000);
            return copied.IsOk ? Counted(copied.Value, 20_000) : copied.Error;
        }
    }

    private static Result ListDirectory(FaultScene scene)
    {
        Result<OpenFile> opened = scene.Mount.Open("/d"u8, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (!opened.TryGet(out OpenFile? directory, out FsError error))
        {
            return error;
        }

        using (directory)
        {
            return directory.ReadDirectory(0, new CountingSink());
        }
    }

    private sealed class CountingSink : IDirectorySink
    {
        internal int Count { get; private set; }

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            Count++;
            return true;
        }
    }
}
