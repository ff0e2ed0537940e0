// read(2), pread(2), readv(2), write(2), pwrite(2), writev(2)

using System;
using System.Linq;

namespace Faultline.Conformance.Calls;

public sealed class ReadWriteTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Write_MovesThePosition_ReadGoesOnFromThere(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        Assert.Equal(4, fs.Write(file, "abcd"));
        Assert.Equal(2, fs.Write(file, "ef"));
        byte[] buffer = new byte[8];
        fs.Read(file, buffer).Is(0);
        fs.Seek(file, 1, SEEK_SET).Is(1);
        fs.Read(file, buffer.AsSpan(0, 3)).Is(3);
        Assert.Equal("bcd"u8.ToArray(), buffer[..3]);
        fs.Seek(file, 0, SEEK_CUR).Is(4);
    });

    [Theory, Promise]
    public void Read_AtTheEnd_IsShort_AndThenNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Read(file, new byte[8]).Is(3);
        fs.Read(file, new byte[8]).Is(0);
    });

    [Theory, Promise]
    public void Read_BeyondTheEnd_IsNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.PRead(file, new byte[8], 100).Is(0);
        fs.PRead(file, new byte[8], long.MaxValue - 100).Is(0);
    });

    [Theory, Promise]
    public void Read_OfNoBytes_IsNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Read(file, []).Is(0);
        fs.Seek(file, 0, SEEK_CUR).Is(0);
    });

    [Theory, Promise]
    public void Write_OfNoBytes_ChangesNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.PWrite(file, [], 100).Is(0);
        Assert.Equal(3, fs.Size(file));
    });

    [Theory, Promise]
    public void PRead_AndPWrite_LeaveThePosition(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Write(file, "abcdef");
        Assert.Equal(2, fs.PWrite(file, "XY", 1));
        Assert.Equal("aXYdef", fs.Text(file));
        fs.Seek(file, 0, SEEK_CUR).Is(6);
    });

    [Theory, Promise]
    public void PRead_OfANegativeOffset_IsEINVAL(string target) => On(target, static fs =>
        fs.PRead(fs.OpenNew("/f", "abc"), new byte[1], -1).Fails(EINVAL));

    [Theory, Promise]
    public void PWrite_OfANegativeOffset_IsEINVAL(string target) => On(target, static fs =>
        fs.PWrite(fs.OpenNew("/f", "abc"), "x"u8, -1).Fails(EINVAL));

    [Theory, Promise]
    public void Read_OfAFileForWriting_IsEBADF(string target) => On(target, static fs =>
    {
        Handle file = fs.Open("/f", O_CREAT | O_WRONLY, Scenes.Mode644).Ok();
        fs.Read(file, new byte[1]).Fails(EBADF);
        fs.PRead(file, new byte[1], 0).Fails(EBADF);
        fs.ReadV(file, [new byte[1]]).Fails(EBADF);
    });

    [Theory, Promise]
    public void Write_OfAFileForReading_IsEBADF(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        Handle file = fs.Open("/f", O_RDONLY).Ok();
        fs.Write(file, "x"u8).Fails(EBADF);
        fs.PWrite(file, "x"u8, 0).Fails(EBADF);
        fs.WriteV(file, ["x"u8.ToArray()]).Fails(EBADF);
    });

    [Theory, Promise]
    public void Write_PastTheEnd_LeavesZeroesBetween(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        Assert.Equal(1, fs.PWrite(file, "z", 10_000));
        Assert.Equal(10_001, fs.Size(file));
        Assert.Equal("abc......", fs.Text(file, 0, 9));
        Assert.Equal("..z", fs.Text(file, 9_998));
    });

    [Theory, Promise("sectors")]
    public void Write_FarPastTheEnd_TakesNoSpaceBetween(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        Assert.Equal(1, fs.PWrite(file, "z", 1L << 30));
        fs.FSync(file).Ok();
        Assert.InRange(fs.FStat(file).Ok().Sectors, 1UL, 64UL);
    });

    [Theory, Promise]
    public void Write_OverTheMiddle_KeepsTheRest(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(10_000, (byte)'a'), 0).Is(10_000);
        fs.PWrite(file, Scenes.Fill(5_000, (byte)'b'), 3_000).Is(5_000);
        byte[] all = new byte[10_001];
        fs.PRead(file, all, 0).Is(10_000);
        Assert.Equal(5_000, all.Count(static value => value == 'a'));
        Assert.All(all[3_000..8_000], static value => Assert.Equal((byte)'b', value));
    });

    [Theory, Promise]
    public void Write_OfOneByteAtEveryPageBorder_ReadsBack(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        for (int border = 4096; border <= 4096 * 5; border += 4096)
        {
            Assert.Equal(1, fs.PWrite(file, "<", border - 1));
            Assert.Equal(1, fs.PWrite(file, ">", border));
        }

        for (int border = 4096; border <= 4096 * 5; border += 4096)
        {
            Assert.Equal(".<>.", fs.Text(file, border - 2, 4).PadRight(4, '.'));
        }
    });

    [Theory, Promise]
    public void Write_OfALargePiece_ReadsBack(string target) => On(target, static fs =>
    {
        byte[] data = [.. Enumerable.Range(0, 3_000_001).Select(static index => (byte)(index % 251))];
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, data, 12_345).Is(data.Length);
        byte[] back = new byte[data.Length];
        fs.PRead(file, back, 12_345).Is(data.Length);
        Assert.True(back.AsSpan().SequenceEqual(data));
    });

    [Theory, Promise]
    public void Write_IsSeenByAnotherDescriptorAtOnce(string target) => On(target, static fs =>
    {
        Handle writer = fs.OpenNew("/f", "old");
        Handle reader = fs.Open("/f", O_RDONLY).Ok();
        Assert.Equal("old", fs.Text(reader));
        fs.PWrite(writer, "new text", 0);
        Assert.Equal("new text", fs.Text(reader));
        Assert.Equal(8, fs.Size(reader));
    });

    [Theory, Promise]
    public void Descriptors_HaveTheirOwnPositions(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abcdef");
        Handle first = fs.Open("/f", O_RDONLY).Ok();
        Handle second = fs.Open("/f", O_RDONLY).Ok();
        fs.Read(first, new byte[3]).Is(3);
        fs.Seek(second, 0, SEEK_CUR).Is(0);
    });

    [Theory, Promise("dup")]
    public void Dup_SharesThePosition(string target) => On(target, static fs =>
    {
        Handle first = fs.OpenNew("/f", "abcdef");
        Handle second = fs.Dup(first).Ok();
        fs.Read(first, new byte[3]).Is(3);
        fs.Seek(second, 0, SEEK_CUR).Is(3);
    });

    [Theory, Promise]
    public void ReadV_FillsBuffersInOrder(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdefgh");
        byte[][] buffers = [new byte[3], [], new byte[4], new byte[5]];
        fs.ReadV(file, buffers).Is(8);
        Assert.Equal("abc"u8.ToArray(), buffers[0]);
        Assert.Equal("defg"u8.ToArray(), buffers[2]);
        Assert.Equal((byte)'h', buffers[3][0]);
        fs.Seek(file, 0, SEEK_CUR).Is(8);
    });

    [Theory, Promise]
    public void WriteV_WritesBuffersInOrder(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.WriteV(file, ["abc"u8.ToArray(), [], "de"u8.ToArray()]).Is(5);
        Assert.Equal("abcde", fs.Text(file));
        fs.Seek(file, 0, SEEK_CUR).Is(5);
    });

    [Theory, Promise]
    public void Append_WritesAtTheEnd_WhateverThePosition(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        Handle file = fs.Open("/f", O_RDWR | O_APPEND).Ok();
        fs.Seek(file, 0, SEEK_SET).Is(0);
        Assert.Equal(2, fs.Write(file, "de"));
        Assert.Equal("abcde", fs.Text(file));
        fs.Seek(file, 0, SEEK_CUR).Is(5);
    });

    [Theory, Promise]
    public void Append_ReadsFromThePosition(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        Handle file = fs.Open("/f", O_RDWR | O_APPEND).Ok();
        byte[] buffer = new byte[2];
        fs.Read(file, buffer).Is(2);
        Assert.Equal("ab"u8.ToArray(), buffer);
    });

    // pwrite(2), bugs: on Linux the offset of pwrite means nothing to a file opened for appending.
    [Theory, Promise]
    public void Append_IgnoresTheOffsetOfPWrite(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        Handle file = fs.Open("/f", O_RDWR | O_APPEND).Ok();
        Assert.Equal(1, fs.PWrite(file, "d", 0));
        Assert.Equal("abcd", fs.Text(file));
    });

    [Theory, Promise]
    public void Append_OfTwoDescriptors_OverwritesNothing(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        Handle one = fs.Open("/f", O_WRONLY | O_APPEND).Ok();
        Handle other = fs.Open("/f", O_WRONLY | O_APPEND).Ok();
        fs.Write(one, "a");
        fs.Write(other, "b");
        fs.Write(one, "c");
        Assert.Equal("abc", fs.Content("/f"));
    });

    [Theory, Promise("setfl")]
    public void Append_IsSetAndClearedLater(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.SetStatusFlags(file, O_APPEND).Ok();
        fs.Write(file, "d");
        Assert.Equal("abcd", fs.Text(file));
        fs.SetStatusFlags(file, 0).Ok();
        fs.Seek(file, 0, SEEK_SET).Ok();
        fs.Write(file, "X");
        Assert.Equal("Xbcd", fs.Text(file));
    });

    [Theory, Promise("setfl")]
    public void StatusFlags_ShowHowItWasOpened(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        Handle file = fs.Open("/f", O_WRONLY | O_APPEND | O_CREAT, Scenes.Mode644).Ok();
        Assert.Equal(O_WRONLY | O_APPEND, fs.GetStatusFlags(file).Ok() & (O_APPEND | 3 | O_CREAT));
    });

    [Theory, Promise]
    public void Write_BeyondTheLargestFile_IsEFBIG(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, "x"u8, long.MaxValue - 1).Fails(EFBIG);
        Assert.Equal(0, fs.Size(file));
    });

    [Theory, Promise]
    public void Write_WithOverflowingEnd_IsEINVAL(string target) => On(target, static fs =>
        fs.PWrite(fs.OpenNew("/f"), "xyz"u8, long.MaxValue - 1).Fails(EINVAL));

    [Theory, Promise("mkfifo")]
    public void PRead_OfAPipe_IsESPIPE(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        Handle pipe = fs.Open("/p", O_RDWR | O_NONBLOCK).Ok();
        fs.PRead(pipe, new byte[1], 0).Fails(ESPIPE);
        fs.PWrite(pipe, "x"u8, 0).Fails(ESPIPE);
        fs.Seek(pipe, 0, SEEK_SET).Fails(ESPIPE);
    });

    [Theory, Promise("mkfifo")]
    public void Fifo_CarriesBytesInOrder(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        Handle reader = fs.Open("/p", O_RDONLY | O_NONBLOCK).Ok();
        Handle writer = fs.Open("/p", O_WRONLY | O_NONBLOCK).Ok();
        fs.Read(reader, new byte[4]).Fails(EAGAIN);
        fs.Write(writer, "abc");
        byte[] buffer = new byte[8];
        fs.Read(reader, buffer).Is(3);
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
        fs.Close(writer).Ok();
        fs.Read(reader, buffer).Is(0);
    });

    [Theory, Promise("names")]
    public void Write_OfAnUnlinkedFile_AfterItsNameWasReused_StaysInIt(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "old");
        fs.MakeFile("/g", "new");
        fs.Rename("/g", "/f").Ok();
        fs.PWrite(file, "OLD", 0);
        Assert.Equal("new", fs.Content("/f"));
        Assert.Equal("OLD", fs.Text(file));
    });

    // The check is at open: what is changed later is for later opens.
    [Theory, Promise("names")]
    public void PermissionsTakenAway_DoNotReachWhoHasItOpen(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644, "abc");
        IFileSystemCalls user = fs.As(Caller.User);
        Handle file = user.Open("/f", O_RDWR).Ok();
        fs.ChMod("/f", 0).Ok();
        Assert.Equal("abc", user.Text(file));
        Assert.Equal(1, user.PWrite(file, "X", 0));
    });

    [Theory, Promise("direct")]
    public void Direct_AlignedWrite_IsSeenByBufferedRead(string target) => On(target, static fs =>
    {
        Handle buffered = fs.OpenNew("/f", "old");
        Handle direct = fs.Open("/f", O_RDWR | O_DIRECT).Ok();
        using AlignedBytes block = new(4096, (byte)'d');
        fs.PWrite(direct, block.Span, 0).Is(4096);
        Assert.Equal("dddd", fs.Text(buffered, 0, 4));
        Assert.Equal(4096, fs.Size(buffered));
    });

    [Theory, Promise("direct")]
    public void Direct_Read_SeesBufferedWrites(string target) => On(target, static fs =>
    {
        Handle buffered = fs.OpenNew("/f");
        fs.PWrite(buffered, Scenes.Fill(8192, (byte)'b'), 0).Is(8192);
        Handle direct = fs.Open("/f", O_RDONLY | O_DIRECT).Ok();
        using AlignedBytes block = new(4096, 0);
        fs.PRead(direct, block.Span, 4096).Is(4096);
        Assert.All(block.Span.ToArray(), static value => Assert.Equal((byte)'b', value));
    });

    [Theory, Promise("direct")]
    public void Direct_ReadAcrossTheEnd_IsShort(string target) => On(target, static fs =>
    {
        Handle buffered = fs.OpenNew("/f");
        fs.PWrite(buffered, Scenes.Fill(5000, (byte)'b'), 0).Is(5000);
        fs.FSync(buffered).Ok();
        Handle direct = fs.Open("/f", O_RDONLY | O_DIRECT).Ok();
        using AlignedBytes block = new(8192, 0);
        fs.PRead(direct, block.Span, 0).Is(5000);
        fs.PRead(direct, block.Span, 8192).Is(0);
    });

    [Theory, Promise("direct")]
    public void Direct_UnalignedOffset_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle direct = fs.Open("/f", O_CREAT | O_RDWR | O_DIRECT, Scenes.Mode644).Ok();
        using AlignedBytes block = new(4096, 0);
        fs.PWrite(direct, block.Span, 100).Fails(EINVAL);
        fs.PWrite(direct, block.Span[..100], 0).Fails(EINVAL);
    });
}
