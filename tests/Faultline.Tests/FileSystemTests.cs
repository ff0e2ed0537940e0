// Goal: the public face reads what the real tools wrote, by path, stream, handle and provider, and its errors say what
// is wrong.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Files;
using Faultline.Opening;
using Faultline.Paths;
using Faultline.Providers;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Microsoft.Extensions.FileProviders;

namespace Faultline.Tests;

public sealed class FileSystemTests(SampleImage sample) : IClassFixture<SampleImage>
{
    [Fact]
    public void Detect_TellsTypeLabelAndUuid()
    {
        VolumeIdentity identity = FileSystem.Detect(sample.Image)!;
        Assert.Equal("sample", identity.Label);
        Assert.Equal("01234567-89ab-cdef-0123-456789abcdef", identity.Uuid.ToString());
        using MemoryStream nothing = new(new byte[100_000]);
        Assert.Null(FileSystem.Detect(nothing));
    }

    [Fact]
    public void OpenFromPathAndStream_ReadTheSame()
    {
        using FileSystem fromPath = FileSystem.Open(sample.Image);
        using FileSystem fromStream = FileSystem.Open(new MemoryStream(File.ReadAllBytes(sample.Image)));
        byte[] expected = File.ReadAllBytes(sample.At("src/dir/deep/random"));
        Assert.Equal(expected, fromPath.ReadAllBytes("/dir/deep/random"));
        Assert.Equal(expected, fromStream.ReadAllBytes("/dir/deep/random"));
    }

    [Fact]
    public void Enumeration_ListsEveryNameOnce()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        HashSet<string> names = [.. volume.EnumerateDirectory("/many").Select(static item => item.Name.ToString())];
        Assert.Equal(600, names.Count);
        Assert.Contains("name-600", names);
        DirectoryItem bad = volume.EnumerateDirectory("/").Single(static item => !item.Name.IsUtf8);
        Assert.Equal("bad"u8.ToArray(), volume.ReadAllBytes(UnixPath.Root.Append(bad.Name.Span)));
    }

    [Fact]
    public async Task Streams_SeekAndReadAsync()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        byte[] expected = await File.ReadAllBytesAsync(sample.At("src/dir/deep/random"));
        await using Stream stream = volume.OpenRead("/dir/absolute/random");
        stream.Position = 1000;
        byte[] buffer = new byte[expected.Length - 1000];
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal(expected[1000..], buffer);
        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.Equal(expected.Length, stream.Seek(0, SeekOrigin.End));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
    }

    [Fact]
    public async Task ReadAsync_OfCachedBytes_CompletesAtOnce_AndOfOthersLater()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        using FileHandle file = volume.OpenFile("/dir/deep/random");
        byte[] buffer = new byte[1000];
        Assert.Equal(1000, await file.ReadAsync(buffer, 5000));
        ValueTask<int> cached = file.ReadAsync(buffer, 5000);
        Assert.True(cached.IsCompletedSuccessfully);
        Assert.Equal(1000, await cached);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await file.ReadAsync(buffer, 0, cancelled.Token));
    }

    [Fact]
    public void HolesAndExtents_AreThoseOfTheVolume()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        using FileHandle file = volume.OpenFile("/sparse");
        long data = file.SeekData(0)!.Value;
        Assert.InRange(data, 4_900_000, 5_000_000);
        long hole = file.SeekHole(data)!.Value;
        Assert.InRange(hole, 5_000_004, 5_100_000);
        Assert.Null(file.SeekData(hole));
        Assert.Equal(hole - data, file.GetExtents().Sum(static extent => extent.Length));
    }

    [Fact]
    public void Xattrs_AreBytes()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        Dictionary<string, byte[]> items = volume.GetXattrs("/hello.txt")
            .ToDictionary(static item => item.Name.ToString(), static item => item.Value.ToArray());
        Assert.Equal("value"u8.ToArray(), items["user.text"]);
        Assert.Equal([0x00, 0xff, 0x10], items["user.binary"]);
    }

    [Fact]
    public void Errors_NameErrnoAndPath()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        FileSystemException thrown = Assert.Throws<FileSystemException>(() => volume.Stat("/nope"));
        Assert.Equal(Errno.ENOENT, thrown.Errno);
        Assert.Contains("/nope", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EINVAL, Assert.Throws<FileSystemException>(() => volume.ReadLink("/hello.txt")).Errno);
        Assert.Equal(Errno.EISDIR, Assert.Throws<FileSystemException>(() => volume.OpenRead("/dir").ReadByte()).Errno);
        Assert.Equal(Errno.EFBIG, Assert.Throws<FileSystemException>(() => volume.ReadAllBytes("/sparse", 100)).Errno);
        Assert.False(volume.Exists("/hello.txt/x"));
        Assert.Equal("hello.txt", volume.ReadLink("/link").ToString());
        Assert.Equal(200, volume.ReadLink("/long-link").Bytes.Length);
    }

    [Fact]
    public void DisposedVolume_FailsItsOpenFilesByName()
    {
        FileSystem volume = FileSystem.Open(sample.Image);
        using FileHandle file = volume.OpenFile("/dir/deep/random");
        Assert.Equal(10, file.Read(new byte[10], 0));
        volume.Dispose();
        Assert.ThrowsAny<FileSystemException>(() => file.Read(new byte[10], 0));
        Assert.ThrowsAny<FileSystemException>(() => file.GetExtents());
        Assert.Equal(Errno.ESTALE, Assert.Throws<FileSystemException>(() => volume.Stat("/")).Errno);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StreamThatFailsInsideOpen_IsDisposed_UnlessItIsTheCallers(bool leaveOpen)
    {
        MemoryStream[] streams = [new FailingStream([1]) { IsBroken = true }, new MemoryStream([0]), new Lengthless()];
        foreach (MemoryStream stream in streams)
        {
            Assert.Throws<FileSystemException>(() => FileSystem.Open(stream, null, leaveOpen));
            Assert.Equal(leaveOpen, stream.CanRead);
        }
    }

    [Fact]
    public void NullArguments_AreNamed()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        Action[] calls =
        [
            () => FileSystem.Open((string)null!),
            () => FileSystem.Open((Stream)null!),
            () => FileSystem.Detect((string)null!),
            () => FileSystem.Detect((Stream)null!),
            () => FileSystem.ReadPartitions(null!),
            () => volume.Stat((string)null!),
            () => volume.Extract("/", null!),
            () => volume.ExportTar("/", null!),
            () => volume.EnumerateTree("/", null!),
            () => new ImageFileProvider(volume).GetFileInfo(null!),
        ];
        foreach (Action call in calls)
        {
            Assert.Throws<ArgumentNullException>(call);
        }
    }

    [Fact]
    public void Errors_NameWhatWasAskedFor()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        FileSystemException thrown = Assert.Throws<FileSystemException>(() => volume.StatInode(0));
        Assert.Contains("0 of 8192", thrown.Message, StringComparison.Ordinal);
        thrown = Assert.Throws<FileSystemException>(() => volume.Extract("/", sample.At("no/such/folder")));
        Assert.Equal("Faultline.NoTarget", thrown.Reason);
        Assert.Contains("no/such/folder", thrown.Message, StringComparison.Ordinal);
        using Stream stream = volume.OpenRead("/hello.txt");
        Assert.Throws<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void Numbers_NameWhatPathsName()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        ulong link = volume.Stat("/link", Vfs.Walk.FinalLink.Keep).Number.Value;
        ulong file = volume.Stat("/hello.txt").Number.Value;
        Assert.Equal("hello.txt", volume.ReadLinkInode(link).ToString());
        Assert.Equal(600, volume.EnumerateInode(volume.Stat("/many").Number.Value).Count());
        Assert.Equal(2, volume.GetXattrsInode(file).Count);
        using FileHandle handle = volume.OpenInode(file);
        Assert.Equal(6, handle.SizeBytes);
        Assert.Equal(Errno.EINVAL, Assert.Throws<FileSystemException>(() => volume.ReadLinkInode(file)).Errno);
        Assert.Equal(
            Errno.ENOTDIR, Assert.Throws<FileSystemException>(() => volume.EnumerateInode(file).Count()).Errno);
    }

    [Fact]
    public void Open_OfWhatIsNoVolume_SaysSo()
    {
        using MemoryStream nothing = new(new byte[1 << 20]);
        FileSystemException thrown = Assert.Throws<FileSystemException>(() => FileSystem.Open(nothing));
        Assert.Equal("Faultline.NotRecognised", thrown.Reason);
    }

    [Fact]
    public void Credentials_LimitWhatIsOpened()
    {
        using FileSystem volume = FileSystem.Open(
            sample.Image, new OpenOptions { Credentials = new Credentials(1000, 1000, [], false) });
        Assert.Equal(Errno.EACCES, Assert.Throws<FileSystemException>(() => volume.OpenFile("/hello.txt")).Errno);
        Assert.Equal(Errno.EPERM, Assert.Throws<FileSystemException>(() => volume.StatInode(12)).Errno);
        Assert.Equal(300_000, volume.ReadAllBytes("/dir/deep/random").Length);
    }

    [Fact]
    public void FileProvider_ServesFilesAndStaysInside()
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        ImageFileProvider provider = new(volume, "/dir");
        IFileInfo file = provider.GetFileInfo("/deep/random");
        Assert.True(file.Exists);
        Assert.Equal(300_000, file.Length);
        Assert.Equal(1_000_000_000, file.LastModified.ToUnixTimeSeconds());
        using Stream stream = file.CreateReadStream();
        Assert.Equal(300_000, stream.Length);
        Assert.Equal(
            ["absolute", "deep", "hard"],
            provider.GetDirectoryContents("").Select(static item => item.Name).Order());
        Assert.False(provider.GetFileInfo("../hello.txt").Exists);
        Assert.False(provider.GetDirectoryContents("nope").Exists);
    }

    [Fact]
    public void FailingStream_FailsItsReaders_AndLeavesReadaheadAlive()
    {
        using PageCache.FolioPool pool = new(16L << 20);
        FailingStream stream = new(File.ReadAllBytes(sample.Image));
        OpenOptions options = new() { Pool = pool };
        for (int turn = 0; turn < 8; turn++)
        {
            stream.IsBroken = false;
            using FileSystem volume = FileSystem.Open(stream, options, leaveOpen: true);
            using FileHandle file = volume.OpenFile("/dir/deep/random");
            stream.IsBroken = true;
            byte[] buffer = new byte[300_000];
            FileSystemException thrown = Assert.Throws<FileSystemException>(() => file.ReadFully(buffer, 0));
            Assert.Equal("Faultline.StreamFailed", thrown.Reason);
        }

        pool.Workers.Drain();
        using FileSystem healthy = FileSystem.Open(sample.Image, options);
        Assert.Equal(300_000, healthy.ReadAllBytes("/dir/deep/random").Length);
    }

    [Fact]
    public void Partitions_AreFoundByNumber()
    {
        string disk = sample.At("disk.img");
        SampleImage.Shell($"""
            truncate -s 80M {disk}
            printf 'label: gpt\nstart=2048,size=20480\nstart=24576,size=65536\n' | sfdisk -q {disk} >/dev/null
            dd if={sample.Image} of={disk} bs=1M seek=12 conv=notrunc status=none
            """);
        Assert.Equal(2, FileSystem.ReadPartitions(disk).Partitions.Count);
        using FileSystem volume = FileSystem.Open(disk, new OpenOptions { Partition = 2 });
        Assert.Equal("hello\n"u8.ToArray(), volume.ReadAllBytes("/hello.txt"));
        Assert.Equal(
            "Faultline.PartitionNeeded", Assert.Throws<FileSystemException>(() => FileSystem.Open(disk)).Reason);
        Assert.Equal(
            Errno.ENXIO,
            Assert.Throws<FileSystemException>(() => FileSystem.Open(disk, new OpenOptions { Partition = 9 })).Errno);
    }

    private sealed class Lengthless : MemoryStream
    {
        public override long Length => throw new IOException("planted");
    }

    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        internal bool IsBroken { get; set; }

        public override int Read(Span<byte> buffer) =>
            IsBroken ? throw new IOException("planted") : base.Read(buffer);
    }
}
