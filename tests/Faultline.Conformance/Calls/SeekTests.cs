// lseek(2)

namespace Faultline.Conformance.Calls;

public sealed class SeekTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Set_Cur_End_CountFromTheirPlaces(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdef");
        fs.Seek(file, 2, SEEK_SET).Is(2);
        fs.Seek(file, 3, SEEK_CUR).Is(5);
        fs.Seek(file, -4, SEEK_CUR).Is(1);
        fs.Seek(file, -1, SEEK_END).Is(5);
        fs.Seek(file, 0, SEEK_END).Is(6);
    });

    [Theory, Promise]
    public void BeforeTheStart_IsEINVAL_AndMovesNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, 2, SEEK_SET).Is(2);
        fs.Seek(file, -1, SEEK_SET).Fails(EINVAL);
        fs.Seek(file, -3, SEEK_CUR).Fails(EINVAL);
        fs.Seek(file, -4, SEEK_END).Fails(EINVAL);
        fs.Seek(file, 0, SEEK_CUR).Is(2);
    });

    [Theory, Promise]
    public void BeyondTheEnd_IsAllowed_AndMakesNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, 1000, SEEK_END).Is(1003);
        Assert.Equal(3, fs.Size(file));
        fs.Read(file, new byte[1]).Is(0);
        fs.Write(file, "z");
        Assert.Equal(1004, fs.Size(file));
    });

    [Theory, Promise]
    public void UnknownWhence_IsEINVAL(string target) => On(target, static fs =>
        fs.Seek(fs.OpenNew("/f"), 0, 9).Fails(EINVAL));

    [Theory, Promise]
    public void Data_InData_IsWhereItIs(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, 1, SEEK_DATA).Is(1);
    });

    [Theory, Promise]
    public void Hole_InAFileWithoutHoles_IsItsEnd(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, 0, SEEK_HOLE).Is(3);
    });

    [Theory, Promise]
    public void Data_AfterAHole_IsTheBlockOfTheData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, "x", 1 << 20);
        fs.Seek(file, 0, SEEK_DATA).Is(1 << 20);
        fs.Seek(file, 0, SEEK_HOLE).Is(0);
    });

    [Theory, Promise]
    public void Hole_BetweenData_IsFound(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(65536, 1), 0).Ok();
        fs.PWrite(file, Scenes.Fill(65536, 1), 1 << 20).Ok();
        fs.Seek(file, 0, SEEK_HOLE).Is(65536);
        fs.Seek(file, 65536, SEEK_DATA).Is(1 << 20);
        fs.Seek(file, 70_000, SEEK_HOLE).Is(70_000);
        fs.Seek(file, 1 << 20, SEEK_HOLE).Is((1 << 20) + 65536);
    });

    [Theory, Promise]
    public void Data_WhenOnlyAHoleFollows_IsENXIO(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.FTruncate(file, 1 << 20).Ok();
        fs.Seek(file, 1 << 16, SEEK_DATA).Fails(ENXIO);
        fs.Seek(file, 1 << 16, SEEK_HOLE).Is(1 << 16);
    });

    [Theory, Promise]
    public void DataAndHole_AtOrBeyondTheEnd_AreENXIO(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, 3, SEEK_DATA).Fails(ENXIO);
        fs.Seek(file, 3, SEEK_HOLE).Fails(ENXIO);
        fs.Seek(file, 4, SEEK_HOLE).Fails(ENXIO);
    });

    [Theory, Promise]
    public void DataAndHole_OfANegativeOffset_AreENXIO(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Seek(file, -1, SEEK_DATA).Fails(ENXIO);
        fs.Seek(file, -1, SEEK_HOLE).Fails(ENXIO);
    });

    [Theory, Promise]
    public void DataAndHole_OfAnEmptyFile_AreENXIO(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Seek(file, 0, SEEK_DATA).Fails(ENXIO);
        fs.Seek(file, 0, SEEK_HOLE).Fails(ENXIO);
    });

    [Theory, Promise]
    public void Data_MovesThePosition(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, "x", 1 << 16);
        fs.Seek(file, 0, SEEK_DATA).Is(1 << 16);
        byte[] buffer = new byte[1];
        fs.Read(file, buffer).Is(1);
        Assert.Equal((byte)'x', buffer[0]);
    });

    [Theory, Promise("fallocate")]
    public void UnwrittenSpace_IsAHole(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Fallocate(file, 0, 0, 1 << 20).Ok();
        fs.Seek(file, 0, SEEK_HOLE).Is(0);
        fs.Seek(file, 0, SEEK_DATA).Fails(ENXIO);
    });

    [Theory, Promise]
    public void WrittenAndNotYetOnDisk_IsData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, "x", 1 << 16);
        fs.Seek(file, 0, SEEK_DATA).Is(1 << 16);
        fs.FSync(file).Ok();
        fs.Seek(file, 0, SEEK_DATA).Is(1 << 16);
    });

    [Theory, Promise("names")]
    public void Directory_SeeksToItsStart(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f");
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        int first = fs.GetDents(directory).Ok().Count;
        fs.Seek(directory, 0, SEEK_SET).Is(0);
        Assert.Equal(first, fs.GetDents(directory).Ok().Count);
    });
}
