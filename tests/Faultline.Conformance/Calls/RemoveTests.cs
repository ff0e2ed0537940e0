// unlink(2), rmdir(2), and the sticky bit

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class RemoveTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Unlink_TakesTheNameAway(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Unlink("/f").Ok();
        fs.Stat("/f").Fails(ENOENT);
        Assert.Empty(fs.Names("/"));
    });

    [Theory, Promise]
    public void Unlink_OfOneOfTwoNames_LeavesTheOther(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.Link("/f", "/g").Ok();
        fs.Unlink("/f").Ok();
        Assert.Equal("abc", fs.Content("/g"));
        Assert.Equal(1U, fs.Stat("/g").Ok().Links);
    });

    [Theory, Promise]
    public void Unlink_OfASymbolicLink_LeavesItsTarget(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.Unlink("/s").Ok();
        fs.Stat("/f").Ok();
        fs.LStat("/s").Fails(ENOENT);
    });

    // POSIX says EPERM; Linux has always said EISDIR.
    [Theory, Promise]
    public void Unlink_OfADirectory_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.Unlink("/d").Fails(EISDIR);
        fs.Unlink("/d/").Fails(EISDIR);
    });

    [Theory, Promise]
    public void Unlink_OfALinkWithTrailingSlash_IsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SymLink("d", "/s").Ok();
        fs.Unlink("/s/").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void Unlink_OfDotOrRoot_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.Unlink("/").Fails(EISDIR);
        fs.MkDir("/d").Ok();
        fs.Unlink("/d/.").Fails(EISDIR);
        fs.Unlink("/d/..").Fails(EISDIR);
    });

    [Theory, Promise]
    public void Unlink_NeedsNoPermissionOnTheFile(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/d", Scenes.Mode755);
        fs.MakeFileOf(Caller.Other, "/d/f", 0);
        fs.As(Caller.User).Unlink("/d/f").Ok();
    });

    [Theory, Promise]
    public void Unlink_OfFifoSocketDevice_Works(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.MkNod("/s", S_IFSOCK | Scenes.Mode644).Ok();
        fs.MkNod("/c", S_IFCHR | Scenes.Mode644, 1, 3).Ok();
        fs.Unlink("/p").Ok();
        fs.Unlink("/s").Ok();
        fs.Unlink("/c").Ok();
        Assert.Empty(fs.Names("/"));
    });

    [Theory, Promise]
    public void RmDir_TakesAnEmptyDirectoryAway_AndALinkFromItsParent(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MkDir("/d/e").Ok();
        fs.RmDir("/d/e").Ok();
        fs.Stat("/d/e").Fails(ENOENT);
        Assert.Equal(2U, fs.Stat("/d").Ok().Links);
    });

    [Theory, Promise]
    public void RmDir_OfAFullDirectory_IsENOTEMPTY(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f");
        fs.RmDir("/d").Fails(ENOTEMPTY);
        Assert.Equal(["f"], fs.Names("/d"));
    });

    [Theory, Promise]
    public void RmDir_AfterItsLastNameIsGone_Works(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        for (int index = 0; index < 300; index++)
        {
            fs.MakeFile($"/d/a-rather-long-name-so-that-blocks-fill-{index}");
        }

        fs.RmDir("/d").Fails(ENOTEMPTY);
        for (int index = 0; index < 300; index++)
        {
            fs.Unlink($"/d/a-rather-long-name-so-that-blocks-fill-{index}").Ok();
        }

        fs.RmDir("/d").Ok();
    });

    [Theory, Promise]
    public void RmDir_OfAFile_IsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.RmDir("/f").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void RmDir_OfALinkToADirectory_IsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SymLink("d", "/s").Ok();
        fs.RmDir("/s").Fails(ENOTDIR);
        fs.RmDir("/s/").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void RmDir_OfDot_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.RmDir("/d/.").Fails(EINVAL);
    });

    [Theory, Promise]
    public void RmDir_OfDotDot_IsENOTEMPTY(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.RmDir("/d/..").Fails(ENOTEMPTY);
    });

    [Theory, Promise]
    public void Sticky_OnlyTheFilesOwnerRemovesIt(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.User, "/d/f", Scenes.Mode777);
        fs.As(Caller.Other).Unlink("/d/f").Fails(EPERM);
        fs.As(Caller.User).Unlink("/d/f").Ok();
    });

    [Theory, Promise]
    public void Sticky_TheDirectorysOwnerRemovesAnything(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.Other, "/d/f", Scenes.Mode644);
        fs.As(Caller.User).Unlink("/d/f").Ok();
    });

    [Theory, Promise]
    public void Sticky_GuardsDirectories(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeDirOf(Caller.User, "/d/e", Scenes.Mode777);
        fs.As(Caller.Other).RmDir("/d/e").Fails(EPERM);
        fs.As(Caller.User).RmDir("/d/e").Ok();
    });

    [Theory, Promise]
    public void Sticky_GuardsAgainstRenamingAway(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.User, "/d/f", Scenes.Mode777);
        fs.As(Caller.Other).Rename("/d/f", "/d/g").Fails(EPERM);
        fs.As(Caller.User).Rename("/d/f", "/d/g").Ok();
    });

    [Theory, Promise]
    public void Sticky_GuardsAgainstRenamingOver(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.User, "/d/f", Scenes.Mode777);
        fs.MakeFileOf(Caller.Other, "/d/mine", Scenes.Mode777);
        fs.As(Caller.Other).Rename("/d/mine", "/d/f").Fails(EPERM);
    });

    [Theory, Promise]
    public void Sticky_LetsAnybodyMakeNames(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.As(Caller.User).MakeFile("/d/f");
        fs.As(Caller.Other).MkDir("/d/e").Ok();
    });

    [Theory, Promise]
    public void Sticky_IsNothingToRoot(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.User, "/d/f", Scenes.Mode777);
        fs.Unlink("/d/f").Ok();
    });
}
