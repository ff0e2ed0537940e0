// Goal: pipes keep order and atomicity, end as they should, and splices move the right bytes without a deadlock in
// any direction. Method: plain calls, then controlled schedules of producers, consumers and splices both ways.

using System;
using System.Linq;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Pipes;

namespace Faultline.Tmpfs.Tests;

public sealed class PipeTests : IDisposable
{
    private readonly Volume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Bytes_ComeInOrder_WhateverThePieces()
    {
        Pipe pipe = new();
        Prng random = new(3);
        byte[] sent = new byte[200_000];
        random.Fill(sent);
        byte[] received = new byte[sent.Length];
        int written = 0;
        int read = 0;
        while (read < sent.Length)
        {
            int count = (int)Math.Min(random.Below(9000) + 1, sent.Length - written);
            Result<int> put = pipe.Write(sent.AsSpan(written, count), PipeMode.NonBlocking);
            written += put.IsOk ? put.Value : 0;
            Assert.Equal(written - read, pipe.Length);
            int want = (int)Math.Min(random.Below(9000) + 1, sent.Length - read);
            Result<int> got = pipe.Read(received.AsSpan(read, want), PipeMode.NonBlocking);
            read += got.IsOk ? got.Value : 0;
        }

        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public void FullAndEmptyPipes_AnswerAsLinuxDoes()
    {
        Pipe pipe = new();
        byte[] buffer = new byte[70_000];
        Assert.Equal(Errno.EAGAIN, pipe.Read(buffer, PipeMode.NonBlocking).Error.Errno);
        Assert.Equal(65536, pipe.Write(buffer, PipeMode.NonBlocking).Value);
        Assert.Equal(Errno.EAGAIN, pipe.Write(buffer, PipeMode.NonBlocking).Error.Errno);
        Assert.Equal(100, pipe.Read(buffer.AsSpan(0, 100), PipeMode.NonBlocking).Value);
        Assert.Equal(Errno.EAGAIN, pipe.Write(buffer.AsSpan(0, 4096), PipeMode.NonBlocking).Error.Errno);
        Assert.Equal(65436, pipe.Read(buffer, PipeMode.NonBlocking).Value);
        Assert.Equal(10, pipe.Write(buffer.AsSpan(0, 10)).Value);
        pipe.CloseWriter();
        Assert.Equal(10, pipe.Read(buffer).Value);
        Assert.Equal(0, pipe.Read(buffer).Value);
        pipe.OpenWriter();
        pipe.CloseReader();
        Assert.Equal(Errno.EPIPE, pipe.Write(buffer).Error.Errno);
    }

    [Fact]
    public void Capacity_GrowsAndShrinks_NotBelowWhatIsIn()
    {
        Pipe pipe = new();
        Credentials user = _volume.User.Credentials;
        Assert.Equal(131072, pipe.SetCapacity(65537, user).Value);
        _ = pipe.Write(new byte[100_000]).OrThrow();
        Assert.Equal(Errno.EBUSY, pipe.SetCapacity(65536, user).Error.Errno);
        Assert.Equal(Errno.EINVAL, pipe.SetCapacity(0, user).Error.Errno);
        Assert.Equal(Errno.EPERM, pipe.SetCapacity((1 << 20) + 1, user).Error.Errno);
        Assert.Equal(1 << 21, pipe.SetCapacity((1 << 20) + 1, Credentials.Root).Value);
        Assert.Equal(100_000, pipe.Read(new byte[200_000]).Value);
    }

    [Fact]
    public void FileToPipeToFile_CopiesTheBytes()
    {
        byte[] content = Content(150_000);
        using OpenFile source = Make("/a", content);
        using OpenFile target = Make("/b", []);
        Pipe pipe = new();
        long at = 0;
        while (true)
        {
            int moved = Splice.FromFile(source, at, pipe, 100_000).OrThrow();
            if (moved == 0)
            {
                break;
            }

            Assert.Equal(moved, Splice.ToFile(pipe, target, at, moved).OrThrow());
            at += moved;
        }

        Assert.Equal(content.Length, at);
        Assert.Equal(content, ReadAll(target));
        Assert.Equal(Errno.EBADF, Splice.ToFile(pipe, _volume.Root.Open("/a"u8).OrThrow(), 0, 1).Error.Errno);
        Assert.Equal(Errno.EINVAL, Splice.FromFile(source, -1, pipe, 1).Error.Errno);
        Assert.Equal(
            Errno.EAGAIN, Splice.ToFile(pipe, target, 0, 1, PipeMode.NonBlocking).Error.Errno);
    }

    [Fact]
    public void Tee_ShowsTheBytesTwice_AndTheyAreApartAfterwards()
    {
        Pipe first = new();
        Pipe second = new();
        _ = first.Write("hello world"u8).OrThrow();
        Assert.Equal(5, Splice.Tee(first, second, 5).Value);
        _ = first.Write("!"u8).OrThrow();
        _ = second.Write("?"u8).OrThrow();
        byte[] buffer = new byte[100];
        Assert.Equal("hello?"u8.ToArray(), buffer[..second.Read(buffer).Value]);
        Assert.Equal("hello world!"u8.ToArray(), buffer[..first.Read(buffer).Value]);
        Assert.Equal(Errno.EINVAL, Splice.Tee(first, first, 1).Error.Errno);
        Assert.Equal(Errno.EAGAIN, Splice.Tee(first, second, 1, PipeMode.NonBlocking).Error.Errno);
        _ = first.Write("moved"u8).OrThrow();
        Assert.Equal(3, Splice.Move(first, second, 3).Value);
        Assert.Equal("mov"u8.ToArray(), buffer[..second.Read(buffer).Value]);
        Assert.Equal("ed"u8.ToArray(), buffer[..first.Read(buffer).Value]);
    }

    // SPL-04.
    [Fact]
    public void SplicedPages_OutliveAPunch_AndTheFileReadsZero()
    {
        byte[] content = Content(8192);
        using OpenFile file = Make("/f", content);
        Pipe pipe = new();
        Assert.Equal(8192, Splice.FromFile(file, 0, pipe, 8192).Value);
        using (ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive())
        {
            PunchHole.Run(file.Inode, 0, 8192).ThrowIfError();
        }

        Assert.Equal(0, _volume.Tmpfs.UsedPages);
        Assert.All(ReadAll(file), static each => Assert.Equal(0, each));
        byte[] seen = new byte[8192];
        Assert.Equal(8192, pipe.Read(seen).Value);
        Assert.Equal(content, seen);
    }

    [Fact]
    public void SmallWrites_OfSeveralWriters_AreNeverTorn()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            Pipe pipe = new();
            _ = pipe.SetCapacity(Pipe.PageBytes, Credentials.Root).OrThrow();
            pipe.OpenWriter();
            byte[] received = new byte[2 * 12 * 3000];
            void Send(byte mark)
            {
                byte[] piece = new byte[3000];
                piece.AsSpan().Fill(mark);
                for (int turn = 0; turn < 12; turn++)
                {
                    Assert.Equal(3000, pipe.Write(piece).OrThrow());
                }

                pipe.CloseWriter();
            }

            void Receive()
            {
                int at = 0;
                while (at < received.Length)
                {
                    at += pipe.Read(received.AsSpan(at)).OrThrow();
                }

                Assert.Equal(0, pipe.Read(new byte[1]).OrThrow());
            }

            Run(seed, () => Send(1), () => Send(2), Receive);
            foreach (byte[] piece in received.Chunk(3000))
            {
                Assert.Single(piece.Distinct());
            }
        }
    }

    // SPL-02, SPL-03: both directions at once, with a writer of the file and a tee between the pipes.
    [Fact]
    public void SplicesInBothDirections_NeverDeadlock()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            using Volume volume = new();
            using OpenFile one = Make(volume, "/one", Content(20_000));
            using OpenFile two = Make(volume, "/two", Content(20_000));
            Pipe left = new();
            Pipe right = new();
            _ = left.Write(new byte[30_000]).OrThrow();
            _ = right.Write(new byte[30_000]).OrThrow();
            Run(
                seed,
                () => Splice.FromFile(one, 0, left, 20_000).OrThrow(),
                () => Splice.ToFile(left, one, 5000, 20_000).OrThrow(),
                () => Splice.FromFile(two, 0, right, 20_000).OrThrow(),
                () => Splice.ToFile(right, one, 0, 20_000).OrThrow(),
                () => Splice.Tee(left, right, 9000).OrThrow(),
                () => Splice.Move(right, left, 9000).OrThrow(),
                () =>
                {
                    if (volume.Tmpfs.FreezeVolume().IsOk)
                    {
                        volume.Tmpfs.ThawVolume().ThrowIfError();
                    }
                });
        }
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Prng(9).Fill(content);
        return content;
    }

    private static void Run(ulong seed, params Action[] actors)
    {
        (string, Action)[] tasks = new (string, Action)[actors.Length];
        for (int index = 0; index < actors.Length; index++)
        {
            tasks[index] = ($"actor{index}", actors[index]);
        }

        _ = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(tasks);
    }

    private static byte[] ReadAll(OpenFile file)
    {
        byte[] content = new byte[file.SizeBytes];
        Assert.Equal(content.Length, file.Read(0, content).OrThrow());
        return content;
    }

    private static OpenFile Make(Volume volume, string path, byte[] content)
    {
        OpenFile file = volume.Root.Open(Volume.Bytes(path), OpenFlags.O_CREAT | OpenFlags.O_RDWR).OrThrow();
        Pipe pipe = new();
        for (int at = 0; at < content.Length;)
        {
            int count = pipe.Write(content.AsSpan(at), PipeMode.NonBlocking).OrThrow();
            Assert.Equal(count, Splice.ToFile(pipe, file, at, count).OrThrow());
            at += count;
        }

        return file;
    }

    private OpenFile Make(string path, byte[] content) => Make(_volume, path, content);
}
