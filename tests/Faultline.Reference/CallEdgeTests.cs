// Goal: calls on open files over a device at their edges: what sharing and exchanging may do to whom, ranges that end
// nowhere, the largest size, damage after some bytes.

using System;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Pipes;

namespace Faultline.Reference;

public sealed class CallEdgeTests : IDisposable
{
    private const int Page = 4096;
    private const int DeviceBytes = 8 << 20;
    private const long DataStart = 2 * (DeviceBytes / 64); // behind the two copies of the metadata
    private readonly FolioPool _pool = new(8L << 20);
    private readonly MemoryDevice _device = new(DeviceBytes);
    private readonly PlainVolume _volume;

    public CallEdgeTests()
    {
        _pool.Workers.Mode = ReadaheadMode.Off;
        _volume = PlainVolume.Format(_device, _pool);
        _volume.Writeback.Mode = FlusherMode.Manual;
    }

    public void Dispose()
    {
        _volume.Writeback.Stop();
        _volume.Dispose();
        _device.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Exchange_NeedsBothFilesForReadingAndWriting()
    {
        using OpenFile left = Make("a");
        using OpenFile right = Make("b");
        OpenFlags[] tooLittle = [OpenFlags.O_RDONLY, OpenFlags.O_WRONLY, OpenFlags.O_RDWR | OpenFlags.O_APPEND];
        foreach (OpenFlags flags in tooLittle)
        {
            using OpenFile limited = Open(left.Inode, flags);
            Assert.Equal(Errno.EBADF, Code(limited.ExchangeWith(0, right, 0, Page)));
            Assert.Equal(Errno.EBADF, Code(right.ExchangeWith(0, limited, 0, Page)));
        }

        left.ExchangeWith(0, right, 0, Page).ThrowIfError();
        Assert.Equal((byte)'b', First(left));
        Assert.Equal((byte)'a', First(right));
    }

    [Fact]
    public void Clone_ToAFileForAppending_IsEBADF()
    {
        using OpenFile source = Make("a");
        using OpenFile target = Make("b");
        using OpenFile appending = Open(target.Inode, OpenFlags.O_RDWR | OpenFlags.O_APPEND);
        Assert.Equal(Errno.EBADF, Code(source.CloneTo(0, appending, 0, Page)));
        Assert.Equal((byte)'b', First(target));
    }

    [Fact]
    public void Remap_ToAnImmutableFile_IsEPERM()
    {
        using OpenFile source = Make("a");
        using OpenFile target = Make("b");
        using (Locking.ExclusiveGuard guard = target.Inode.Lock.AcquireExclusive())
        {
            target.Inode.ReplaceAttributes(target.Inode.Attributes with { Flags = InodeFlags.Immutable });
        }

        Assert.Equal(Errno.EPERM, Code(source.CloneTo(0, target, 0, Page)));
        Assert.Equal(Errno.EPERM, Code(source.DedupeTo(0, target, 0, Page)));
        Assert.Equal(Errno.EPERM, Code(source.ExchangeWith(0, target, 0, Page)));
    }

    [Fact]
    public void Remap_OfARangeThatEndsNowhere_IsEINVAL()
    {
        using OpenFile source = Make("a");
        using OpenFile target = Make("b");
        Assert.Equal(Errno.EINVAL, Code(source.CloneTo(long.MaxValue, target, 0, Page)));
        Assert.Equal(Errno.EINVAL, Code(source.CloneTo(0, target, long.MaxValue, Page)));
        Assert.Equal(Errno.EINVAL, Code(source.CloneTo(Page, target, 0, long.MaxValue)));
        Assert.Equal(Errno.EINVAL, Code(source.CloneTo(0, target, 0, -1)));
        Assert.Equal(Errno.EINVAL, Code(source.CloneTo(2 * Page, target, 0, 0)));
        Assert.Equal(Errno.EINVAL, Code(source.DedupeTo(Page, target, long.MaxValue - Page + 1, Page)));
        Assert.Equal(Errno.EINVAL, Code(source.ExchangeWith(Page, target, 1L << 62, long.MaxValue - Page + 1)));
    }

    [Fact]
    public void DedupeAndExchange_OfNothing_DoNothing()
    {
        using OpenFile left = Make("a");
        using OpenFile right = Make("b");
        left.DedupeTo(0, right, 0, 0).ThrowIfError();
        left.ExchangeWith(0, right, 0, 0).ThrowIfError();
        Assert.Equal((byte)'a', First(left));
        Assert.Equal((byte)'b', First(right));
    }

    [Fact]
    public void Dedupe_ChangesNeitherTimesNorPrivileges_CloneDoes()
    {
        using OpenFile source = Make("a");
        using OpenFile target = Make("b");
        Assert.Equal(Page, source.CopyTo(0, target, 0, Page).OrThrow());
        UnixTime before = new(1000, 0);
        using (Locking.ExclusiveGuard guard = target.Inode.Lock.AcquireExclusive())
        {
            target.Inode.ReplaceAttributes(target.Inode.Attributes with { Mode = ModeBits.S_IFREG | 0x9ED });
            target.Inode.SetTimes(before, before, before);
        }

        source.DedupeTo(0, target, 0, Page).ThrowIfError();
        Assert.Equal(before, target.Inode.Attributes.ModifyTime);
        Assert.Equal(before, target.Inode.Attributes.ChangeTime);
        Assert.NotEqual(0u, target.Inode.Mode & ModeBits.S_ISUID);
        source.CloneTo(0, target, 0, Page).ThrowIfError();
        Assert.NotEqual(before, target.Inode.Attributes.ModifyTime);
    }

    [Fact]
    public void DirectReadsAndWrites_AtTheEndOfAllPositions_AreRefusedOrEnd()
    {
        using OpenFile file = Make("a");
        using OpenFile direct = Open(file.Inode, OpenFlags.O_RDWR | OpenFlags.O_DIRECT);
        Assert.Equal(0, direct.Read(long.MaxValue - 511, new byte[Page]).OrThrow());
        Assert.Equal(0, direct.Read(1L << 62, new byte[Page]).OrThrow());
        Assert.Equal(Errno.EINVAL, direct.Read(long.MaxValue, new byte[Page]).Error.Errno);
        Assert.Equal(Errno.EFBIG, direct.Write(1L << 62, new byte[Page]).Error.Errno);
        Assert.Equal(Errno.EINVAL, direct.Write(long.MaxValue, new byte[Page]).Error.Errno);
    }

    [Theory]
    [InlineData(OpenFlags.O_RDWR)]
    [InlineData(OpenFlags.O_RDWR | OpenFlags.O_DIRECT)]
    public void Write_AcrossTheLargestSize_IsShort_AndThenEFBIG(OpenFlags flags)
    {
        using OpenFile made = Make("a");
        using OpenFile file = Open(made.Inode, flags);
        long max = file.Inode.Writer.SizeBytesMax;
        Assert.Equal(Page, file.Write(max - Page, new byte[2 * Page]).OrThrow());
        Assert.Equal(max, file.SizeBytes);
        Assert.Equal(Errno.EFBIG, file.Write(max, new byte[2 * Page]).Error.Errno);
    }

    [Fact]
    public async Task Damage_AfterSomeBytes_IsAShortTransfer_AndReadersOfAPipeHearOfThem()
    {
        using MemoryDevice inner = new(DeviceBytes);
        PlainVolume.Format(inner, _pool).Dispose();
        using (PlainVolume before = PlainVolume.Mount(inner, _pool))
        {
            using OpenFile file = Open(before.AddFile("x"));
            Assert.Equal(4 * Page, file.Write(0, new byte[4 * Page]).OrThrow());
            before.SyncAll().ThrowIfError();
        }

        using FaultyDevice faulty = new(inner, [new FaultRule(FaultKind.ReadError, firstByte: DataStart)]);
        using PlainVolume volume = PlainVolume.Mount(faulty, _pool);
        volume.Writeback.Mode = FlusherMode.Manual;
        using OpenFile damaged = Open(volume.FindFile("x")!);
        using OpenFile target = Open(volume.AddFile("y"));

        // The first page needs no reading; a part of the second would. The edges of one folio are read before anything
        // is written, so that the page is in the cache by itself first.
        Assert.Equal(Page, damaged.Write(0, new byte[Page]).OrThrow());
        Assert.Equal(Page, damaged.Write(0, new byte[Page + 100]).OrThrow());
        Assert.Equal(Page, damaged.CopyTo(0, target, 0, 4 * Page).OrThrow());
        Pipe pipe = new();
        Task<int> reader = Task.Run(() => pipe.Read(new byte[4 * Page]).OrThrow());
        Assert.Equal(Page, Splice.FromFile(damaged, 0, pipe, 4 * Page).OrThrow());
        Assert.Equal(Page, await reader.WaitAsync(TimeSpan.FromSeconds(10)));
        _ = Assert.Throws<FsException>(() => Splice.FromFile(damaged, Page, pipe, Page));
        _ = Assert.Throws<FsException>(() => damaged.CopyTo(Page, target, 0, Page));
    }

    [Fact]
    public void DirectWrite_ThatMeetsDamageAfterBytes_IsShort_AndTheNextOneThrows()
    {
        using MemoryDevice inner = new(DeviceBytes);
        PlainVolume.Format(inner, _pool).Dispose();
        using (PlainVolume before = PlainVolume.Mount(inner, _pool))
        {
            using OpenFile file = Open(before.AddFile("x"));
            Assert.Equal(Page, file.Write(0, new byte[Page]).OrThrow());
            before.SyncAll().ThrowIfError();
        }

        // The first page is mapped, what follows is allocated: two maps, and two transfers.
        using FaultyDevice faulty = new(inner, [new FaultRule(FaultKind.WriteError, DataStart, skip: 1, count: 1)]);
        using PlainVolume volume = PlainVolume.Mount(faulty, _pool);
        using OpenFile direct = Open(volume.FindFile("x")!, OpenFlags.O_RDWR | OpenFlags.O_DIRECT);
        byte[] bytes = new byte[3 * Page];
        bytes.AsSpan().Fill(7);
        Assert.Equal(Page, direct.Write(0, bytes).OrThrow());
        Assert.Equal(Page, direct.SizeBytes);
        Assert.Equal(7, First(direct.Inode));
        Assert.Equal(2 * Page, direct.Write(Page, bytes.AsSpan(Page)).OrThrow());
        Assert.Empty(volume.CheckMaps());
    }

    [Theory]
    [InlineData(0, Page - 1)]
    [InlineData(1, Page)]
    public void DirectWrite_ThatIsNotAligned_ChangesNothing(long position, int length)
    {
        using OpenFile file = Make("a");
        UnixTime before = Privileged(file);
        using OpenFile direct = Open(file.Inode, OpenFlags.O_RDWR | OpenFlags.O_DIRECT, s_plainUser);
        Assert.Equal(Errno.EINVAL, direct.Write(position, new byte[length]).Error.Errno);
        AssertPrivileged(file, before);

        // This driver stores no attributes: what would drop the bit is refused.
        Assert.Equal(Errno.EPERM, direct.Write(0, new byte[Page]).Error.Errno);
    }

    [Fact]
    public void Truncate_BeyondTheLargestSize_ChangesNothing()
    {
        using OpenFile file = Make("a");
        UnixTime before = Privileged(file);
        using OpenFile other = Open(file.Inode, OpenFlags.O_RDWR, s_plainUser);
        Assert.Equal(Errno.EFBIG, Code(other.Truncate(file.Inode.Writer.SizeBytesMax + 1)));
        AssertPrivileged(file, before);
        Assert.Equal(Errno.EPERM, Code(other.Truncate(0)));
    }

    private static readonly Credentials s_plainUser = new(5, 5, [], false);

    private static UnixTime Privileged(OpenFile file)
    {
        UnixTime before = new(1000, 0);
        using Locking.ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        file.Inode.ReplaceAttributes(file.Inode.Attributes with { Mode = ModeBits.S_IFREG | 0x9FF });
        file.Inode.NotePrivileges();
        file.Inode.SetTimes(before, before, before);
        return before;
    }

    private static void AssertPrivileged(OpenFile file, UnixTime before)
    {
        Assert.NotEqual(0u, file.Inode.Mode & ModeBits.S_ISUID);
        Assert.Equal((before, before), (file.Inode.Attributes.ModifyTime, file.Inode.Attributes.ChangeTime));
    }

    private static Errno Code(Result result) => result.IsOk ? Errno.OK : result.Error.Errno;

    private static byte First(OpenFile file)
    {
        byte[] one = new byte[1];
        Assert.Equal(1, file.Read(0, one).OrThrow());
        return one[0];
    }

    private static byte First(Inode inode)
    {
        byte[] one = new byte[1];
        Assert.Equal(1, inode.Mapping.Read(0, one, new ReadaheadState(0), ReadMode.Blocking).OrThrow());
        return one[0];
    }

    private static OpenFile Open(
        Inode inode, OpenFlags flags = OpenFlags.O_RDWR, Credentials? credentials = null)
    {
        Check.That(inode.TryGet());
        return new OpenFile(inode, credentials ?? Credentials.Root, flags, new LockOwner("test"));
    }

    private OpenFile Make(string name)
    {
        OpenFile made = Open(_volume.AddFile(name));
        byte[] bytes = new byte[Page];
        bytes.AsSpan().Fill((byte)name[0]);
        Assert.Equal(Page, made.Write(0, bytes).OrThrow());
        return made;
    }
}
