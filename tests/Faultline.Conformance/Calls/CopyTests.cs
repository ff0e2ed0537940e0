// copy_file_range(2), splice(2), tee(2), pipe(7)

namespace Faultline.Conformance.Calls;

public sealed class CopyTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise("copy_file_range")]
    public void Copy_CopiesTheRange_AndAnswersItsLength(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abcdef");
        Handle to = fs.OpenNew("/b");
        fs.CopyFileRange(from, 1, to, 2, 3).Is(3);
        Assert.Equal("..bcd", fs.Text(to));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_WithoutOffsets_UsesAndMovesThePositions(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abcdef");
        Handle to = fs.OpenNew("/b");
        fs.Seek(from, 2, SEEK_SET).Ok();
        fs.CopyFileRange(from, null, to, null, 3).Is(3);
        fs.Seek(from, 0, SEEK_CUR).Is(5);
        fs.Seek(to, 0, SEEK_CUR).Is(3);
        Assert.Equal("cde", fs.Text(to));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_WithOffsets_LeavesThePositions(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abcdef");
        Handle to = fs.OpenNew("/b");
        fs.CopyFileRange(from, 0, to, 0, 6).Is(6);
        fs.Seek(from, 0, SEEK_CUR).Is(0);
        fs.Seek(to, 0, SEEK_CUR).Is(0);
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_AcrossTheEndOfTheSource_IsShort(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abc");
        Handle to = fs.OpenNew("/b");
        fs.CopyFileRange(from, 1, to, 0, 100).Is(2);
        fs.CopyFileRange(from, 3, to, 0, 100).Is(0);
        fs.CopyFileRange(from, 100, to, 0, 100).Is(0);
        Assert.Equal("bc", fs.Text(to));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_WithinAFile_OfRangesApart_Works(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/a", "abcdef");
        fs.CopyFileRange(file, 0, file, 3, 3).Is(3);
        Assert.Equal("abcabc", fs.Text(file));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_WithinAFile_OfOverlappingRanges_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/a", "abcdef");
        fs.CopyFileRange(file, 0, file, 2, 3).Fails(EINVAL);
        Assert.Equal("abcdef", fs.Text(file));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_WithinAFile_OfALengthBehindTheEnd_OverlapsNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/a", "abc");
        fs.CopyFileRange(file, 0, file, 3, 100).Is(3);
        Assert.Equal("abcabc", fs.Text(file));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_FromBehindAllPositions_IsNothing_AndToThere_IsEFBIG(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abc");
        Handle to = fs.OpenNew("/b");
        fs.CopyFileRange(from, long.MaxValue, to, 0, 2).Is(0);
        fs.CopyFileRange(from, 0, to, long.MaxValue, 2).Fails(EFBIG);
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_OfLargeData_CopiesAll(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a");
        fs.PWrite(from, Scenes.Fill(300_000, (byte)'q'), 0).Ok();
        Handle to = fs.OpenNew("/b");
        long copied = 0;
        while (copied < 300_000)
        {
            long count = fs.CopyFileRange(from, copied, to, copied, 300_000 - copied).Ok();
            Assert.True(count > 0);
            copied += count;
        }

        byte[] back = new byte[300_001];
        fs.PRead(to, back, 0).Is(300_000);
        Assert.All(back[..300_000], static value => Assert.Equal((byte)'q', value));
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_FromAFileForWriting_OrToOneForReading_IsEBADF(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "abc");
        fs.MakeFile("/b", "abc");
        Handle reader = fs.Open("/a", O_RDONLY).Ok();
        Handle writer = fs.Open("/b", O_WRONLY).Ok();
        fs.CopyFileRange(writer, 0, writer, 10, 1).Fails(EBADF);
        fs.CopyFileRange(reader, 0, reader, 10, 1).Fails(EBADF);
        fs.CopyFileRange(reader, 0, writer, 0, 1).Is(1);
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_ToAFileForAppending_IsEBADF(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abc");
        Handle to = fs.OpenNew("/b", O_APPEND);
        fs.CopyFileRange(from, 0, to, 0, 1).Fails(EBADF);
    });

    [Theory, Promise("names", "copy_file_range")]
    public void Copy_OfADirectory_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.CopyFileRange(fs.Open("/d", O_RDONLY).Ok(), 0, fs.OpenNew("/b"), 0, 1).Fails(EISDIR);
    });

    [Theory, Promise("copy_file_range", "mkfifo")]
    public void Copy_OfAFifo_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.CopyFileRange(fs.Open("/p", O_RDWR).Ok(), null, fs.OpenNew("/b"), 0, 1).Fails(EINVAL);
    });

    [Theory, Promise("copy_file_range")]
    public void Copy_OfNothing_IsNothing(string target) => On(target, static fs =>
        fs.CopyFileRange(fs.OpenNew("/a", "abc"), 0, fs.OpenNew("/b"), 0, 0).Is(0));

    [Theory, Promise("splice")]
    public void Splice_FromAFileToAPipeToAFile_CarriesTheBytes(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abcdef");
        Handle to = fs.OpenNew("/b");
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Splice(from, 1, writer, null, 4).Is(4);
        fs.Splice(reader, null, to, 10, 4).Is(4);
        Assert.Equal("bcde", fs.Text(to, 10));
    });

    [Theory, Promise("splice")]
    public void Splice_OfNothing_WaitsForNobody(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/a", "abc");
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        (_, Handle other) = fs.Pipe().Ok();
        fs.Splice(reader, null, file, 0, 0).Is(0);
        fs.Splice(file, 0, writer, null, 0).Is(0);
        fs.Splice(reader, null, other, null, 0).Is(0);
        fs.Tee(reader, other, 0).Is(0);
    });

    [Theory, Promise("splice")]
    public void Splice_WithoutOffset_UsesAndMovesThePosition(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abcdef");
        (_, Handle writer) = fs.Pipe().Ok();
        fs.Splice(from, null, writer, null, 4).Is(4);
        fs.Seek(from, 0, SEEK_CUR).Is(4);
    });

    [Theory, Promise("splice")]
    public void Splice_AtTheEndOfTheFile_IsNothing(string target) => On(target, static fs =>
    {
        (_, Handle writer) = fs.Pipe().Ok();
        fs.Splice(fs.OpenNew("/a", "abc"), 3, writer, null, 4).Is(0);
    });

    [Theory, Promise("splice")]
    public void Splice_BetweenTwoFiles_IsEINVAL(string target) => On(target, static fs =>
        fs.Splice(fs.OpenNew("/a", "abc"), 0, fs.OpenNew("/b"), 0, 3).Fails(EINVAL));

    [Theory, Promise("splice")]
    public void Splice_WithAnOffsetForThePipe_IsESPIPE(string target) => On(target, static fs =>
    {
        (_, Handle writer) = fs.Pipe().Ok();
        fs.Splice(fs.OpenNew("/a", "abc"), 0, writer, 0, 3).Fails(ESPIPE);
    });

    [Theory, Promise("splice")]
    public void Splice_ToAFileForAppending_IsEINVAL(string target) => On(target, static fs =>
    {
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Write(writer, "abc");
        fs.Splice(reader, null, fs.OpenNew("/b", O_APPEND), null, 3).Fails(EINVAL);
    });

    [Theory, Promise("splice")]
    public void Splice_FromAnEmptyPipe_NonBlocking_IsEAGAIN(string target) => On(target, static fs =>
    {
        (Handle reader, _) = fs.Pipe().Ok();
        fs.Splice(reader, null, fs.OpenNew("/b"), null, 3, SPLICE_F_NONBLOCK).Fails(EAGAIN);
    });

    // What lies in the pipe is what the file held when it was spliced, or later; never something else.
    [Theory, Promise("names", "splice")]
    public void Splice_ThenTruncate_LeavesThePipeItsBytes(string target) => On(target, static fs =>
    {
        Handle from = fs.OpenNew("/a", "abc");
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Splice(from, 0, writer, null, 3).Is(3);
        fs.Unlink("/a").Ok();
        fs.Close(from).Ok();
        byte[] buffer = new byte[8];
        fs.Read(reader, buffer).Is(3);
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    });

    [Theory, Promise("tee")]
    public void Tee_CopiesAndKeeps(string target) => On(target, static fs =>
    {
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        (Handle reader2, Handle writer2) = fs.Pipe().Ok();
        fs.Write(writer, "abc");
        fs.Tee(reader, writer2, 10).Is(3);
        byte[] buffer = new byte[8];
        fs.Read(reader2, buffer).Is(3);
        fs.Read(reader, buffer).Is(3);
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    });

    [Theory, Promise("tee")]
    public void Tee_OfOnePipeWithItself_OrOfAFile_IsEINVAL(string target) => On(target, static fs =>
    {
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Tee(reader, writer, 10).Fails(EINVAL);
        fs.Tee(fs.OpenNew("/a", "abc"), writer, 10).Fails(EINVAL);
    });

    [Theory, Promise("pipe")]
    public void Pipe_WithoutReaders_IsEPIPE(string target) => On(target, static fs =>
    {
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Close(reader).Ok();
        fs.Write(writer, "x"u8).Fails(EPIPE);
    });

    [Theory, Promise("pipe")]
    public void Pipe_WithoutWriters_EndsAfterItsBytes(string target) => On(target, static fs =>
    {
        (Handle reader, Handle writer) = fs.Pipe().Ok();
        fs.Write(writer, "abc");
        fs.Close(writer).Ok();
        fs.Read(reader, new byte[8]).Is(3);
        fs.Read(reader, new byte[8]).Is(0);
    });
}
