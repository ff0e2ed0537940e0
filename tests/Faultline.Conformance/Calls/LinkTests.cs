// link(2), symlink(2), readlink(2)

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class LinkTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Link_IsASecondNameOfTheInode(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.Link("/f", "/g").Ok();
        StatData first = fs.Stat("/f").Ok();
        Assert.Equal(first.Inode, fs.Stat("/g").Ok().Inode);
        Assert.Equal(2U, first.Links);
        Handle file = fs.Open("/g", O_RDWR).Ok();
        fs.PWrite(file, "X", 0);
        Assert.Equal("Xbc", fs.Content("/f"));
    });

    [Theory, Promise]
    public void Link_OfADirectory_IsEPERM_AlsoForRoot(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.Link("/d", "/e").Fails(EPERM);
    });

    [Theory, Promise]
    public void Link_OfASymbolicLink_IsTheLinkItself(string target) => On(target, static fs =>
    {
        fs.SymLink("nowhere", "/s").Ok();
        fs.Link("/s", "/t").Ok();
        Assert.Equal("nowhere", fs.ReadLink("/t").Ok());
        Assert.Equal(2U, fs.LStat("/s").Ok().Links);
    });

    [Theory, Promise]
    public void Link_WithFollow_IsOfTheTarget(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.Link("/s", "/t", AT_SYMLINK_FOLLOW).Ok();
        Assert.Equal(fs.Stat("/f").Ok().Inode, fs.LStat("/t").Ok().Inode);
    });

    [Theory, Promise]
    public void Link_OfAFifoAndADevice_IsAllowed(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.Link("/p", "/q").Ok();
        fs.MkNod("/c", S_IFCHR | Scenes.Mode644, 1, 3).Ok();
        fs.Link("/c", "/e").Ok();
        Assert.Equal(2U, fs.LStat("/q").Ok().Links);
    });

    [Theory, Promise]
    public void Link_OntoItself_IsEEXIST(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Link("/f", "/f").Fails(EEXIST);
    });

    [Theory, Promise]
    public void Link_WithTrailingSlash_IsENOENT(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Link("/f", "/g/").Fails(ENOENT);
    });

    [Theory, Promise("linkhandle")]
    public void Link_OfAnUnlinkedFile_IsENOENT(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Unlink("/f").Ok();
        fs.LinkHandle(file, "/g").Fails(ENOENT);
    });

    [Theory, Promise]
    public void Link_UnknownFlag_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Link("/f", "/g", 1).Fails(EINVAL);
    });

    [Theory, Promise]
    public void Link_NeedsNoPermissionOnTheFile_OfItsOwner(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", 0);
        fs.As(Caller.User).Link("/f", "/g").Ok();
    });

    [Theory, Promise]
    public void Link_BeyondTheMost_IsEMLINK_OrGoesOn(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        int made = 1;
        fs.MkDir("/d").Ok();
        while (made < 2000)
        {
            fs.Link("/f", $"/d/{made}").Ok();
            made++;
        }

        Assert.Equal(2000U, fs.Stat("/f").Ok().Links);
    });

    [Theory, Promise]
    public void SymLink_HoldsItsTarget_AndHasItsLengthAsSize(string target) => On(target, static fs =>
    {
        fs.SymLink("some/where", "/s").Ok();
        Assert.Equal("some/where", fs.ReadLink("/s").Ok());
        StatData stat = fs.LStat("/s").Ok();
        Assert.Equal((S_IFLNK, 0x1FFU, 10L, 1U), (stat.Type, stat.Permissions, stat.Size, stat.Links));
    });

    [Theory, Promise]
    public void SymLink_IgnoresTheUmask(string target) => On(target, static fs =>
    {
        fs.Umask(0x1FF);
        fs.SymLink("x", "/s").Ok();
        Assert.Equal(0x1FFU, fs.LStat("/s").Ok().Permissions);
    });

    [Theory, Promise]
    public void SymLink_OfAnyLengthUpTo4095_ReadsBack(string target) => On(target, static fs =>
    {
        int[] lengths = [1, 59, 60, 61, 155, 156, 1023, 4094];
        foreach (int length in lengths)
        {
            fs.SymLink(new string('t', length), $"/s{length}").Ok();
            Assert.Equal(new string('t', length), fs.ReadLink($"/s{length}").Ok());
            Assert.Equal(length, fs.LStat($"/s{length}").Ok().Size);
        }
    });

    [Theory, Promise]
    public void SymLink_LongerThan4095_IsENAMETOOLONG(string target) => On(target, static fs =>
        fs.SymLink(new string('t', 4096), "/s").Fails(ENAMETOOLONG));

    [Theory, Promise]
    public void SymLink_ToNothing_IsENOENT(string target) => On(target, static fs =>
        fs.SymLink("", "/s").Fails(ENOENT));

    [Theory, Promise]
    public void SymLink_TargetNeedNotExist_NorBeAPath(string target) => On(target, static fs =>
    {
        fs.SymLink("//..//\n ", "/s").Ok();
        Assert.Equal("//..//\n ", fs.ReadLink("/s").Ok());
        fs.SymLink(new string('n', 300), "/t").Ok();
        fs.Stat("/t").Fails(ENAMETOOLONG);
    });

    [Theory, Promise]
    public void SymLink_IsOwnedByTheCaller(string target) => On(target, static fs =>
    {
        fs.As(Caller.User).SymLink("x", "/s").Ok();
        Assert.Equal(1000U, fs.LStat("/s").Ok().Uid);
    });

    [Theory, Promise]
    public void SymLink_WithTrailingSlash_IsENOENT(string target) => On(target, static fs =>
        fs.SymLink("x", "/s/").Fails(ENOENT));

    [Theory, Promise]
    public void ReadLink_OfAFileOrDirectory_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ReadLink("/f").Fails(EINVAL);
        fs.MkDir("/d").Ok();
        fs.ReadLink("/d").Fails(EINVAL);
    });

    [Theory, Promise]
    public void ReadLink_NeedsNoPermissionOnTheLink(string target) => On(target, static fs =>
    {
        fs.SymLink("x", "/s").Ok();
        Assert.Equal("x", fs.As(Caller.User).ReadLink("/s").Ok());
    });

    [Theory, Promise]
    public void Walk_FollowsFortyLinks_AndNotOneMore(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f0", "end");
        for (int link = 1; link <= 41; link++)
        {
            fs.SymLink($"f{link - 1}", $"/f{link}").Ok();
        }

        Assert.Equal("end", fs.Content("/f40"));
        fs.Stat("/f41").Fails(ELOOP);
    });

    [Theory, Promise]
    public void Walk_OfARelativeLink_StartsAtItsDirectory(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MakeFile("/a/f", "inner");
        fs.MakeFile("/f", "outer");
        fs.SymLink("../f", "/a/b/s").Ok();
        Assert.Equal("inner", fs.Content("/a/b/s"));
    });

    [Theory, Promise]
    public void Walk_OfAnAbsoluteLink_StartsAtTheRoot(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MakeFile("/f", "outer");
        fs.MakeFile("/a/f", "inner");
        fs.SymLink($"{fs.AbsolutePrefix}/f", "/a/s").Ok();
        Assert.Equal("outer", fs.Content("/a/s"));
    });

    [Theory, Promise]
    public void Walk_OfALinkWithTrailingSlash_DemandsADirectory(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.MkDir("/d").Ok();
        fs.SymLink("f", "/tofile").Ok();
        fs.SymLink("d", "/todir").Ok();
        fs.LStat("/tofile/").Fails(ENOTDIR);
        Assert.Equal(S_IFDIR, fs.LStat("/todir/").Ok().Type);
    });

    [Theory, Promise]
    public void Walk_ThroughDotDot_AfterALink_IsTheTargetsParent(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MakeFile("/a/f", "of a");
        fs.SymLink("a/b", "/s").Ok();
        Assert.Equal("of a", fs.Content("/s/../f"));
    });
}
