// statx(2), access(2), and permission to search

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class StatTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Stat_FollowsALink_LStatDoesNot(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.SymLink("f", "/s").Ok();
        Assert.Equal(S_IFREG, fs.Stat("/s").Ok().Type);
        Assert.Equal(S_IFLNK, fs.LStat("/s").Ok().Type);
    });

    [Theory, Promise]
    public void FStat_IsTheStatOfThePath(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        Assert.Equal(fs.Stat("/f").Ok(), fs.FStat(file).Ok());
    });

    [Theory, Promise]
    public void Stat_NeedsNoPermissionOnTheFile(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", 0);
        Assert.Equal(3, fs.As(Caller.User).Stat("/f").Ok().Size);
    });

    [Theory, Promise]
    public void Stat_SizeAndSectors_GrowWithData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        Assert.Equal((0L, 0UL), (fs.Size(file), fs.FStat(file).Ok().Sectors));
        fs.PWrite(file, Scenes.Fill(10_000, 1), 0).Ok();
        fs.FSync(file).Ok();
        StatData stat = fs.FStat(file).Ok();
        Assert.Equal(10_000, stat.Size);
        Assert.InRange(stat.Sectors, 20UL, 48UL);
    });

    [Theory, Promise]
    public void Stat_BlockSize_IsAPowerOfTwo(string target) => On(target, static fs =>
    {
        uint size = fs.Stat("/").Ok().BlockSize;
        Assert.True(size >= 512 && (size & (size - 1)) == 0, $"{size}");
    });

    [Theory, Promise]
    public void Stat_HasABirthTime_ThatStays(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        Base.UnixTime? birth = fs.FStat(file).Ok().Btime;
        Assert.NotNull(birth);
        fs.SetTimes("/f", new SetTime(1, 0), new SetTime(1, 0)).Ok();
        fs.PWrite(file, "x", 0);
        Assert.Equal(birth, fs.FStat(file).Ok().Btime);
    });

    [Theory, Promise]
    public void InodeNumbers_OfDifferentFiles_Differ(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.MakeFile("/g");
        fs.MkDir("/d").Ok();
        ulong[] numbers = [fs.Stat("/f").Ok().Inode, fs.Stat("/g").Ok().Inode, fs.Stat("/d").Ok().Inode];
        Assert.Equal(3, new System.Collections.Generic.HashSet<ulong>(numbers).Count);
    });

    [Theory, Promise]
    public void DotAndDotDot_AreTheDirectoryAndItsParent(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MkDir("/d/e").Ok();
        Assert.Equal(fs.Stat("/d/e").Ok().Inode, fs.Stat("/d/e/.").Ok().Inode);
        Assert.Equal(fs.Stat("/d").Ok().Inode, fs.Stat("/d/e/..").Ok().Inode);
    });

    [Theory, Promise]
    public void Access_OfTheOwner_IsTheOwnersBits(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", 0x140); // r-x------
        IFileSystemCalls user = fs.As(Caller.User);
        user.Access("/f", R_OK | X_OK).Ok();
        user.Access("/f", W_OK).Fails(EACCES);
        user.Access("/f", R_OK | W_OK).Fails(EACCES);
    });

    [Theory, Promise]
    public void Access_OfOthers_IsTheirBits(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", 0x1E6); // rwxr--rw-
        IFileSystemCalls other = fs.As(Caller.Other);
        other.Access("/f", R_OK | W_OK).Ok();
        other.Access("/f", X_OK).Fails(EACCES);
    });

    [Theory, Promise]
    public void Access_ThatItExists_NeedsNoPermission(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "", 0);
        fs.As(Caller.User).Access("/f", F_OK).Ok();
    });

    [Theory, Promise]
    public void Access_OfRoot_IsEverythingButExecuteOfAFileWithoutAnyX(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "", 0);
        fs.Access("/f", R_OK | W_OK).Ok();
        fs.Access("/f", X_OK).Fails(EACCES);
        fs.ChMod("/f", 1).Ok();
        fs.Access("/f", X_OK).Ok();
    });

    [Theory, Promise]
    public void Access_OfRoot_SearchesAnyDirectory(string target) => On(target, static fs =>
    {
        fs.MkDir("/d", 0).Ok();
        fs.Access("/d", R_OK | W_OK | X_OK).Ok();
    });

    [Theory, Promise]
    public void Access_UnknownBits_AreEINVAL(string target) => On(target, static fs =>
        fs.Access("/", 0x10).Fails(EINVAL));

    [Theory, Promise]
    public void Search_NeedsXOnEveryDirectory_ReadOnNone(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MakeFile("/a/b/f", "abc");
        fs.ChMod("/a", 0x49).Ok(); // --x--x--x
        fs.ChMod("/a/b", 0x49).Ok();
        fs.As(Caller.User).Open("/a/b/f", O_RDONLY).Ok();
        fs.ChMod("/a", 0x124).Ok(); // r--r--r--
        fs.As(Caller.User).Stat("/a/b/f").Fails(EACCES);
    });

    [Theory, Promise]
    public void ListingADirectory_NeedsRead_NotSearch(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f");
        fs.ChMod("/d", 0x124).Ok();
        Assert.Equal(["f"], fs.As(Caller.User).Names("/d"));
        fs.ChMod("/d", 0x49).Ok();
        fs.As(Caller.User).Open("/d", O_RDONLY | O_DIRECTORY).Fails(EACCES);
    });

    [Theory, Promise]
    public void OpenDirectory_SearchIsCheckedWhenItIsUsed(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/d", Scenes.Mode755);
        fs.MakeFileOf(Caller.User, "/d/f", Scenes.Mode644);
        IFileSystemCalls user = fs.As(Caller.User);
        Handle directory = user.Open("/d", O_RDONLY | O_DIRECTORY).Ok();
        fs.ChMod("/d", 0).Ok();
        user.OpenAt(directory, "f", O_RDONLY).Fails(EACCES);
    });
}
