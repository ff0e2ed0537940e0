// chmod(2), chown(2), and what they and writes do to setuid and setgid

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class ChModTests(Targets targets) : PromiseTests(targets)
{
    private const uint Setgid755 = S_ISGID | Scenes.Mode755;
    private const uint Unchanged = uint.MaxValue;

    [Theory, Promise]
    public void ChMod_SetsAllTwelveBits_AndNothingElse(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.ChMod("/f", 0xFFF).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((S_IFREG | 0xFFFU, 3L), (stat.Mode, stat.Size));
        fs.ChMod("/f", 0).Ok();
        Assert.Equal(S_IFREG, fs.Stat("/f").Ok().Mode);
    });

    [Theory, Promise]
    public void ChMod_OfMoreBits_IgnoresThem(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChMod("/f", S_IFDIR | Scenes.Mode600).Ok();
        Assert.Equal(S_IFREG | Scenes.Mode600, fs.Stat("/f").Ok().Mode);
    });

    [Theory, Promise]
    public void ChMod_FollowsALink(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.ChMod("/s", Scenes.Mode600).Ok();
        Assert.Equal(Scenes.Mode600, fs.Stat("/f").Ok().Permissions);
        Assert.Equal(0x1FFU, fs.LStat("/s").Ok().Permissions);
    });

    [Theory, Promise]
    public void FChMod_ChangesTheOpenFile(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FChMod(file, Scenes.Mode700).Ok();
        Assert.Equal(Scenes.Mode700, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void FChMod_OfADescriptorForReading_Works(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.FChMod(fs.Open("/f", O_RDONLY).Ok(), Scenes.Mode600).Ok();
    });

    [Theory, Promise]
    public void ChMod_IgnoresTheUmask(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Umask(0x1FF);
        fs.ChMod("/f", Scenes.Mode777).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChMod_BySomebodyElse_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode777);
        fs.As(Caller.Other).ChMod("/f", 0).Fails(EPERM);
        fs.As(Caller.User).ChMod("/f", 0).Ok();
    });

    [Theory, Promise]
    public void ChMod_ByTheOwner_NeedsNoOtherPermission(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", 0);
        fs.As(Caller.User).ChMod("/f", Scenes.Mode600).Ok();
    });

    // chmod(2): a caller outside the file's group cannot make it setgid; the call succeeds.
    [Theory, Promise]
    public void ChMod_OfSetgid_OutsideTheGroup_LosesTheBit(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChOwn("/f", 1000, 77).Ok();
        fs.As(Caller.User).ChMod("/f", Setgid755).Ok();
        Assert.Equal(Scenes.Mode755, fs.Stat("/f").Ok().Permissions);
        fs.As(new Caller(1000, 1000, 77)).ChMod("/f", Setgid755).Ok();
        Assert.Equal(Setgid755, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChOwn_ByRoot_SetsBoth(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChOwn("/f", 12, 34).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((12U, 34U), (stat.Uid, stat.Gid));
    });

    [Theory, Promise]
    public void ChOwn_OfMinusOne_LeavesIt(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.ChOwn("/f", Unchanged, 34).Ok();
        fs.ChOwn("/f", 12, Unchanged).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((12U, 34U), (stat.Uid, stat.Gid));
    });

    [Theory, Promise]
    public void ChOwn_OfLargeIds_KeepsThem(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChOwn("/f", 0xFFFFFFFE, 0x12345678).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((0xFFFFFFFE, 0x12345678U), (stat.Uid, stat.Gid));
    });

    [Theory, Promise]
    public void ChOwn_FollowsALink_LChOwnDoesNot(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.ChOwn("/s", 1, 1).Ok();
        fs.LChOwn("/s", 2, 2).Ok();
        Assert.Equal((1U, 2U), (fs.Stat("/f").Ok().Uid, fs.LStat("/s").Ok().Uid));
    });

    [Theory, Promise]
    public void FChOwn_ChangesTheOpenFile(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FChOwn(file, 5, 6).Ok();
        Assert.Equal(5U, fs.Stat("/f").Ok().Uid);
    });

    [Theory, Promise]
    public void ChOwn_OfTheUser_ByAUser_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode777);
        fs.As(Caller.User).ChOwn("/f", 2000, Unchanged).Fails(EPERM);
        fs.As(Caller.Other).ChOwn("/f", 2000, Unchanged).Fails(EPERM);
    });

    [Theory, Promise]
    public void ChOwn_ToAGroupOfOurs_ByTheOwner_Works(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.As(new Caller(1000, 1000, 77)).ChOwn("/f", Unchanged, 77).Ok();
        Assert.Equal(77U, fs.Stat("/f").Ok().Gid);
    });

    [Theory, Promise]
    public void ChOwn_ToAGroupNotOurs_ByTheOwner_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.As(Caller.User).ChOwn("/f", Unchanged, 78).Fails(EPERM);
    });

    [Theory, Promise]
    public void ChOwn_ToAGroupOfOurs_BySomebodyElse_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode777);
        fs.As(Caller.Other).ChOwn("/f", Unchanged, 2000).Fails(EPERM);
    });

    [Theory, Promise]
    public void ChOwn_ToTheUserItHas_ByTheOwner_Works(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.As(Caller.User).ChOwn("/f", 1000, 1000).Ok();
    });

    [Theory, Promise]
    public void ChOwn_ByTheOwner_ClearsSetuidAndSetgid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Setgid755);
        fs.As(new Caller(1000, 1000, 77)).ChOwn("/f", Unchanged, 77).Ok();
        Assert.Equal(Scenes.Mode755, fs.Stat("/f").Ok().Permissions);
    });

    // Linux clears them for root, too.
    [Theory, Promise]
    public void ChOwn_ByRoot_ClearsSetuidAndSetgid(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChMod("/f", S_ISUID | Setgid755).Ok();
        fs.ChOwn("/f", 5, 5).Ok();
        Assert.Equal(Scenes.Mode755, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChOwn_OfADirectory_KeepsSetgid(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChMod("/d", Setgid755).Ok();
        fs.ChOwn("/d", 5, 5).Ok();
        Assert.Equal(Setgid755, fs.Stat("/d").Ok().Permissions);
    });

    // Without group execute the bit means mandatory locking, not a group to run as.
    [Theory, Promise]
    public void ChOwn_ByRoot_KeepsSetgidWithoutGroupExecute(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChMod("/f", S_ISGID | Scenes.Mode644).Ok();
        fs.ChOwn("/f", 5, 5).Ok();
        Assert.Equal(S_ISGID | Scenes.Mode644, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChOwn_ClearsSetuid_AlsoWithoutExecute(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChMod("/f", S_ISUID | Scenes.Mode644).Ok();
        fs.ChOwn("/f", 5, 5).Ok();
        Assert.Equal(Scenes.Mode644, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChOwn_OfNothing_IsForAnybody(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", Scenes.Mode644);
        fs.As(Caller.User).ChOwn("/f", Unchanged, Unchanged).Ok();
        Assert.Equal(2000U, fs.Stat("/f").Ok().Uid);
    });

    [Theory, Promise]
    public void ChMod_ReachesOpenDescriptorsStat(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.ChMod("/f", Scenes.Mode600).Ok();
        Assert.Equal(Scenes.Mode600, fs.FStat(file).Ok().Permissions);
    });

    [Theory, Promise]
    public void FChMod_OfADirectory_Works(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.FChMod(fs.Open("/d", O_RDONLY).Ok(), S_ISVTX | Scenes.Mode777).Ok();
        Assert.Equal(S_ISVTX | Scenes.Mode777, fs.Stat("/d").Ok().Permissions);
    });

    [Theory, Promise]
    public void Write_ByAUser_ClearsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777);
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).PWrite(file, "x"u8, 0).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void Write_ByAUser_ClearsSetgidWithGroupExecute(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISGID | Scenes.Mode777);
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).PWrite(file, "x"u8, 0).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void Write_OfNoBytes_KeepsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777);
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).PWrite(file, [], 0).Is(0);
        Assert.Equal(S_ISUID | Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void Write_ByRoot_KeepsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777);
        Handle file = fs.Open("/f", O_RDWR).Ok();
        fs.PWrite(file, "x"u8, 0).Ok();
        Assert.Equal(S_ISUID | Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void Truncate_ByAUser_ClearsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777, "abc");
        fs.As(Caller.User).Truncate("/f", 1).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void OpenTrunc_ByAUser_ClearsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777, "abc");
        fs.As(Caller.User).Open("/f", O_WRONLY | O_TRUNC).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise("fallocate")]
    public void Fallocate_ByAUser_ClearsSetuid(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", S_ISUID | Scenes.Mode777);
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).Fallocate(file, 0, 0, 4096).Ok();
        Assert.Equal(Scenes.Mode777, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise("security_capability")]
    public void Write_DropsFileCapabilities(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", Scenes.Mode777);
        byte[] capability = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fs.SetXattr("/f", "security.capability", capability).Ok();
        Handle file = fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.User).PWrite(file, "x"u8, 0).Ok();
        fs.GetXattr("/f", "security.capability", new byte[64]).Fails(ENODATA);
    });

    [Theory, Promise("security_capability")]
    public void ChOwn_DropsFileCapabilities(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", Scenes.Mode777);
        byte[] capability = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fs.SetXattr("/f", "security.capability", capability).Ok();
        fs.ChOwn("/f", 5, 5).Ok();
        fs.GetXattr("/f", "security.capability", new byte[64]).Fails(ENODATA);
    });
}
