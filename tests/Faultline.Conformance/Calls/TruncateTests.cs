// truncate(2), ftruncate(2)

namespace Faultline.Conformance.Calls;

public sealed class TruncateTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Shorter_CutsTheData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdef");
        fs.FTruncate(file, 2).Ok();
        Assert.Equal("ab", fs.Text(file));
    });

    [Theory, Promise]
    public void Longer_AddsZeroes(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "ab");
        fs.FTruncate(file, 6).Ok();
        Assert.Equal("ab....", fs.Text(file));
    });

    // What was cut off must not come back.
    [Theory, Promise]
    public void ShorterAndLonger_ShowsZeroes(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdef");
        fs.FTruncate(file, 2).Ok();
        fs.FTruncate(file, 6).Ok();
        Assert.Equal("ab....", fs.Text(file));
    });

    [Theory, Promise]
    public void ShorterAndLonger_AfterSync_ShowsZeroes(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(20_000, (byte)'a'), 0).Ok();
        fs.FSync(file).Ok();
        fs.FTruncate(file, 5_000).Ok();
        fs.FSync(file).Ok();
        fs.FTruncate(file, 20_000).Ok();
        Assert.Equal("aa..", fs.Text(file, 4_998, 4));
        Assert.Equal("....", fs.Text(file, 8_190, 4));
        Assert.Equal("....", fs.Text(file, 19_996, 4));
    });

    [Theory, Promise]
    public void ShorterAndWriteBeyond_ShowsZeroesBetween(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdef");
        fs.FTruncate(file, 2).Ok();
        fs.PWrite(file, "z", 5);
        Assert.Equal("ab...z", fs.Text(file));
    });

    [Theory, Promise]
    public void Shorter_GivesSpaceBack(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(1 << 20, 1), 0).Ok();
        fs.FSync(file).Ok();
        fs.FTruncate(file, 0).Ok();
        Assert.InRange(fs.FStat(file).Ok().Sectors, 0UL, 16UL);
    });

    [Theory, Promise]
    public void Longer_TakesNoSpace(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FTruncate(file, 1 << 30).Ok();
        Assert.Equal((1L << 30, 0UL), (fs.Size(file), fs.FStat(file).Ok().Sectors));
    });

    [Theory, Promise]
    public void PositionBeyondTheNewEnd_Stays(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Write(file, "abcdef");
        fs.FTruncate(file, 2).Ok();
        fs.Seek(file, 0, SEEK_CUR).Is(6);
        fs.Write(file, "z");
        Assert.Equal("ab....z", fs.Text(file));
    });

    [Theory, Promise("names")]
    public void ByPath_DoesTheSame(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abcdef");
        fs.Truncate("/f", 3).Ok();
        Assert.Equal("abc", fs.Content("/f"));
    });

    [Theory, Promise("names")]
    public void ByPath_FollowsALink(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abcdef");
        fs.SymLink("f", "/link").Ok();
        fs.Truncate("/link", 1).Ok();
        Assert.Equal("a", fs.Content("/f"));
    });

    [Theory, Promise]
    public void NegativeLength_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.FTruncate(file, -1).Fails(EINVAL);
        fs.Truncate("/f", -1).Fails(EINVAL);
    });

    [Theory, Promise]
    public void BeyondTheLargestFile_IsEFBIG(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.FTruncate(file, long.MaxValue).Fails(EFBIG);
        Assert.Equal(3, fs.Size(file));
    });

    [Theory, Promise("names")]
    public void DirectoryByPath_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.Truncate("/d", 0).Fails(EISDIR);
    });

    [Theory, Promise("names")]
    public void DirectoryByDescriptor_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.FTruncate(fs.Open("/d", O_RDONLY).Ok(), 0).Fails(EINVAL);
    });

    [Theory, Promise]
    public void DescriptorForReading_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.FTruncate(fs.Open("/f", O_RDONLY).Ok(), 0).Fails(EINVAL);
    });

    [Theory, Promise("names")]
    public void FifoByPath_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.Truncate("/p", 0).Fails(EINVAL);
    });

    [Theory, Promise("names")]
    public void WithoutWritePermission_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", Scenes.Mode644);
        fs.As(Caller.User).Truncate("/f", 0).Fails(EACCES);
    });

    [Theory, Promise("names")]
    public void ByDescriptor_NeedsThePermissionOfItsOpenOnly(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644, "abc");
        IFileSystemCalls user = fs.As(Caller.User);
        Handle file = user.Open("/f", O_WRONLY).Ok();
        fs.ChMod("/f", 0).Ok();
        user.FTruncate(file, 1).Ok();
    });

    [Theory, Promise]
    public void ToTheSameLength_ChangesNoData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.FTruncate(file, 3).Ok();
        Assert.Equal("abc", fs.Text(file));
    });
}
