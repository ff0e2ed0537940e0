// Goal: the edges of calls on open files answer what Linux answers: ranges that end behind the end or nowhere, the
// largest size, no bytes at all, files of another volume, files without a name.

using System;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Pipes;

namespace Faultline.Tmpfs.Tests;

public sealed class EdgeTests : IDisposable
{
    private const OpenFlags ReadWrite = OpenFlags.O_CREAT | OpenFlags.O_RDWR;
    private const int PatienceMs = 10_000;
    private readonly Volume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Copy_WithinAFile_FromRangeThatReachesBehindTheEnd_OverlapsNothing()
    {
        using OpenFile file = Open("/f");
        Assert.Equal(4096, file.Write(0, new byte[4096]).OrThrow());
        Assert.Equal(4096, file.CopyTo(0, file, 4096, 1 << 20).OrThrow());
        Assert.Equal(8192, file.SizeBytes);
    }

    [Fact]
    public void Copy_BehindAllPositions_EndsOrIsRefused()
    {
        using OpenFile source = Open("/f");
        using OpenFile target = Open("/g");
        Assert.Equal(2, source.Write(0, new byte[2]).OrThrow());
        Assert.Equal(0, source.CopyTo(long.MaxValue, target, 0, long.MaxValue).OrThrow());
        Assert.Equal(Errno.EFBIG, source.CopyTo(0, target, long.MaxValue, 2).Error.Errno);
    }

    [Fact]
    public void Write_AcrossTheLargestSize_IsShort_AndThenEFBIG()
    {
        using OpenFile file = Open("/f");
        long max = file.Inode.Writer.SizeBytesMax;
        Assert.Equal(1, file.Write(max - 1, new byte[10]).OrThrow());
        Assert.Equal(max, file.SizeBytes);
        Assert.Equal(Errno.EFBIG, file.Write(max, new byte[10]).Error.Errno);
        Assert.Equal(0, file.Read(long.MaxValue, new byte[10]).OrThrow());
    }

    [Fact]
    public void Space_AtTheLargestSize_IsRemoved()
    {
        using OpenFile file = Open("/f");
        long max = file.Inode.Writer.SizeBytesMax;
        file.Truncate(max).ThrowIfError();
        Assert.Equal(1, file.Write(max - 1, [7]).OrThrow());
        file.Fallocate(FallocateFlags.PunchHole | FallocateFlags.KeepSize, max - 5, 5).ThrowIfError();
        byte[] last = new byte[4096];
        Assert.Equal(4096, file.Read(max - 4096, last).OrThrow());
        Assert.Equal(0, last[4095]);
        Assert.Equal(Errno.EFBIG, Volume.Outcome(file.Truncate(long.MaxValue)));
        Assert.Equal(Errno.EFBIG, Volume.Outcome(file.Fallocate(FallocateFlags.None, 1, long.MaxValue)));
        file.Truncate(0).ThrowIfError();
    }

    [Fact]
    public async Task Splice_OfNoBytes_WaitsForNobody()
    {
        using OpenFile file = Open("/f");
        Pipe empty = new();
        Pipe other = new();
        Pipe full = new();
        Assert.Equal(65536, full.Write(new byte[65536]).OrThrow());
        Task work = Task.Run(() =>
        {
            Assert.Equal(0, Splice.ToFile(empty, file, 0, 0).OrThrow());
            Assert.Equal(0, Splice.FromFile(file, 0, full, 0).OrThrow());
            Assert.Equal(0, Splice.Tee(empty, other, 0).OrThrow());
            Assert.Equal(0, Splice.Move(empty, other, 0).OrThrow());
        });
        await work.WaitAsync(TimeSpan.FromMilliseconds(PatienceMs));
    }

    [Fact]
    public void Calls_OnAFileOfAnotherVolume_AreRefused()
    {
        using Volume other = new();
        using OpenFile file = Open("/f");
        Assert.Equal(Errno.EXDEV, Volume.Outcome(other.Root.Link(file, Volume.Bytes("/g"))));
        Assert.Equal(Errno.EBADF, Volume.Outcome(other.Root.Chmod(file, 0x1FF)));
        Assert.Equal(Errno.EBADF, Volume.Outcome(other.Root.Chown(file, 7, 7)));
        Assert.Equal(Errno.EBADF, Volume.Outcome(other.Root.SetTimes(file, TimeUpdate.Now, TimeUpdate.Now)));
        Assert.Equal(Errno.EBADF, Volume.Outcome(other.Root.SyncVolume(file)));
        Assert.Equal(Errno.EBADF, other.Root.GetXattr(file, "user.x"u8, []).Error.Errno);
        Assert.Equal(1u, _volume.Stat("/f").LinkCount);
        Assert.Empty(other.List("/").FindAll(static name => name is not ("." or "..")));
    }

    [Fact]
    public void Link_OfAnUnnamedFileThatLostItsNameAgain_IsENOENT()
    {
        using OpenFile file = Open("/", OpenFlags.O_TMPFILE | OpenFlags.O_RDWR);
        _volume.Root.Link(file, Volume.Bytes("/x")).ThrowIfError();
        Assert.Equal(1u, _volume.Stat("/x").LinkCount);
        _volume.Root.Unlink(Volume.Bytes("/x")).ThrowIfError();
        Assert.Equal(Errno.ENOENT, Volume.Outcome(_volume.Root.Link(file, Volume.Bytes("/x"))));
    }

    private OpenFile Open(string path, OpenFlags flags = ReadWrite) =>
        _volume.Root.Open(Volume.Bytes(path), flags).OrThrow();
}
