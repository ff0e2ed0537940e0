// mkdir(2), mknod(2)

using System.Collections.Generic;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class MakeTests(Targets targets) : PromiseTests(targets)
{
    public static IEnumerable<string> Types => ["fifo", "socket", "regular", "character", "block"];

    [Theory, Promise]
    public void MkDir_MakesAnEmptyDirectory_OfTwoLinks(string target) => On(target, static fs =>
    {
        fs.MkDir("/d", Scenes.Mode755).Ok();
        StatData stat = fs.Stat("/d").Ok();
        Assert.Equal((S_IFDIR, Scenes.Mode755, 2U), (stat.Type, stat.Permissions, stat.Links));
        Assert.Empty(fs.Names("/d"));
    });

    [Theory, Promise]
    public void MkDir_AddsALinkToTheParent(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MkDir("/d/a").Ok();
        fs.MkDir("/d/b").Ok();
        fs.MakeFile("/d/f");
        Assert.Equal(4U, fs.Stat("/d").Ok().Links);
    });

    [Theory, Promise]
    public void MkDir_TakesTheModeLessTheUmask(string target) => On(target, static fs =>
    {
        fs.Umask(0x12); // 022
        fs.MkDir("/d", Scenes.Mode777).Ok();
        Assert.Equal(Scenes.Mode755, fs.Stat("/d").Ok().Permissions);
    });

    [Theory, Promise]
    public void MkDir_TakesSticky_AndNoSetuid(string target) => On(target, static fs =>
    {
        fs.MkDir("/d", S_ISUID | S_ISVTX | Scenes.Mode755).Ok();
        Assert.Equal(S_ISVTX | Scenes.Mode755, fs.Stat("/d").Ok().Permissions);
    });

    [Theory, Promise]
    public void MkDir_IsOwnedByTheCaller(string target) => On(target, static fs =>
    {
        fs.As(Caller.User).MkDir("/d").Ok();
        StatData stat = fs.Stat("/d").Ok();
        Assert.Equal((1000U, 1000U), (stat.Uid, stat.Gid));
    });

    // A setgid directory hands its group and the bit down.
    [Theory, Promise]
    public void MkDir_InASetgidDirectory_InheritsGroupAndBit(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChOwn("/d", 0, 77).Ok();
        fs.ChMod("/d", S_ISGID | Scenes.Mode777).Ok();
        fs.As(Caller.User).MkDir("/d/x", Scenes.Mode755).Ok();
        StatData stat = fs.Stat("/d/x").Ok();
        Assert.Equal((1000U, 77U, S_ISGID | Scenes.Mode755), (stat.Uid, stat.Gid, stat.Permissions));
    });

    [Theory, Promise]
    public void Creat_InASetgidDirectory_InheritsTheGroup_NotTheBit(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChOwn("/d", 0, 77).Ok();
        fs.ChMod("/d", S_ISGID | Scenes.Mode777).Ok();
        fs.As(Caller.User).MakeFile("/d/x", "", Scenes.Mode755);
        StatData stat = fs.Stat("/d/x").Ok();
        Assert.Equal((1000U, 77U, Scenes.Mode755), (stat.Uid, stat.Gid, stat.Permissions));
    });

    // Otherwise anybody could make setgid files of a group that is not theirs.
    [Theory, Promise]
    public void Creat_OfASetgidFile_InAGroupNotOurs_LosesTheBit(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChOwn("/d", 0, 77).Ok();
        fs.ChMod("/d", S_ISGID | Scenes.Mode777).Ok();
        fs.As(Caller.User).MakeFile("/d/x", "", S_ISGID | Scenes.Mode755);
        Assert.Equal(Scenes.Mode755, fs.Stat("/d/x").Ok().Permissions);
    });

    [Theory, Promise]
    public void SymLink_InASetgidDirectory_InheritsTheGroup(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChOwn("/d", 0, 77).Ok();
        fs.ChMod("/d", S_ISGID | Scenes.Mode777).Ok();
        fs.As(Caller.User).SymLink("x", "/d/link").Ok();
        Assert.Equal(77U, fs.LStat("/d/link").Ok().Gid);
    });

    [Theory, Promise]
    public void MkDir_OfDot_IsEEXIST(string target) => On(target, static fs =>
    {
        fs.MkDir("/.").Fails(EEXIST);
        fs.MkDir("/d").Ok();
        fs.MkDir("/d/.").Fails(EEXIST);
        fs.MkDir("/d/..").Fails(EEXIST);
    });

    [Theory, Promise]
    public void MkDir_ThroughALink_WorksInItsTarget(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SymLink("d", "/link").Ok();
        fs.MkDir("/link/x").Ok();
        Assert.Equal(S_IFDIR, fs.Stat("/d/x").Ok().Type);
    });

    [Theory, Promise]
    public void MkDir_OfADanglingLinkWithSlash_IsEEXIST(string target) => On(target, static fs =>
    {
        fs.SymLink("made", "/link").Ok();
        fs.MkDir("/link/").Fails(EEXIST);
        fs.Stat("/made").Fails(ENOENT);
    });

    [Theory, Promise]
    public void MkDir_OfBytesThatAreNoText_KeepsThem(string target) => On(target, static fs =>
    {
        byte[] name = [(byte)'/', 0xFF, 0xFE, (byte)'\n', (byte)' '];
        fs.MkDir(name).Ok();
        Assert.Equal(S_IFDIR, fs.Stat(name).Ok().Type);
        fs.MkDir(name).Fails(EEXIST);
    });

    [Theory, Promise]
    public void Names_DifferByCase(string target) => On(target, static fs =>
    {
        fs.MkDir("/Name").Ok();
        fs.MkDir("/name").Ok();
        Assert.Equal(["Name", "name"], fs.Names("/"));
    });

    [Theory, Promise(Rows = nameof(Types))]
    public void MkNod_MakesTheTypeAsked_WithModeAndNumbers(string target, string type) => OnRow(target, type, fs =>
    {
        bool isDevice = type is "character" or "block";
        fs.MkNod("/n", Type(type) | Scenes.Mode600, isDevice ? 12U : 0, isDevice ? 345U : 0).Ok();
        StatData stat = fs.LStat("/n").Ok();
        Assert.Equal((Type(type), Scenes.Mode600, 1U), (stat.Type, stat.Permissions, stat.Links));
        Assert.Equal(isDevice ? (12U, 345U) : (0U, 0U), (stat.RdevMajor, stat.RdevMinor));
    });

    [Theory, Promise]
    public void MkNod_OfLargeNumbers_KeepsThem(string target) => On(target, static fs =>
    {
        fs.MkNod("/n", S_IFCHR | Scenes.Mode600, 4095, 0xFFFFF).Ok();
        StatData stat = fs.LStat("/n").Ok();
        Assert.Equal((4095U, 0xFFFFFU), (stat.RdevMajor, stat.RdevMinor));
    });

    [Theory, Promise]
    public void MkNod_OfADeviceByAUser_IsEPERM(string target) => On(target, static fs =>
    {
        fs.As(Caller.User).MkNod("/c", S_IFCHR | Scenes.Mode600, 1, 3).Fails(EPERM);
        fs.As(Caller.User).MkNod("/b", S_IFBLK | Scenes.Mode600, 1, 3).Fails(EPERM);
    });

    [Theory, Promise]
    public void MkNod_OfFifoSocketAndFileByAUser_IsAllowed(string target) => On(target, static fs =>
    {
        fs.As(Caller.User).MkNod("/p", S_IFIFO | Scenes.Mode600).Ok();
        fs.As(Caller.User).MkNod("/s", S_IFSOCK | Scenes.Mode600).Ok();
        fs.As(Caller.User).MkNod("/f", S_IFREG | Scenes.Mode600).Ok();
        Assert.Equal(1000U, fs.LStat("/p").Ok().Uid);
    });

    [Theory, Promise]
    public void MkNod_WithoutType_MakesAFile(string target) => On(target, static fs =>
    {
        fs.MkNod("/f", Scenes.Mode600).Ok();
        Assert.Equal(S_IFREG, fs.LStat("/f").Ok().Type);
    });

    [Theory, Promise]
    public void MkNod_OfADirectory_IsEPERM(string target) => On(target, static fs =>
        fs.MkNod("/d", S_IFDIR | Scenes.Mode755).Fails(EPERM));

    [Theory, Promise]
    public void MkNod_OfALinkOrNonsense_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkNod("/l", S_IFLNK | Scenes.Mode755).Fails(EINVAL);
        fs.MkNod("/n", 0x3000 | Scenes.Mode755).Fails(EINVAL);
    });

    [Theory, Promise]
    public void MkNod_TakesTheUmask(string target) => On(target, static fs =>
    {
        fs.Umask(0x3F); // 077
        fs.MkNod("/p", S_IFIFO | Scenes.Mode777).Ok();
        Assert.Equal(Scenes.Mode700, fs.LStat("/p").Ok().Permissions);
    });

    [Theory, Promise]
    public void Umask_AnswersTheOneBefore_AndKeepsPermissionBitsOnly(string target) => On(target, static fs =>
    {
        Assert.Equal(0U, fs.Umask(0xFFFF));
        Assert.Equal(0x1FFU, fs.Umask(0));
    });

    private static uint Type(string name) => name switch
    {
        "fifo" => S_IFIFO,
        "socket" => S_IFSOCK,
        "regular" => S_IFREG,
        "character" => S_IFCHR,
        _ => S_IFBLK,
    };
}
