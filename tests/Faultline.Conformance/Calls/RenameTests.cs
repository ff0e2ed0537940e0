// rename(2), renameat2(2)

using System.Collections.Generic;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class RenameTests(Targets targets) : PromiseTests(targets)
{
    public static IEnumerable<string> Kinds => ["file", "directory", "symlink", "fifo"];

    [Theory, Promise(Rows = nameof(Kinds))]
    public void Name_Moves_AndTheInodeStays(string target, string kind) => OnRow(target, kind, fs =>
    {
        Make(fs, kind, "/a");
        ulong inode = fs.LStat("/a").Ok().Inode;
        fs.Rename("/a", "/b").Ok();
        fs.LStat("/a").Fails(ENOENT);
        Assert.Equal(inode, fs.LStat("/b").Ok().Inode);
    });

    [Theory, Promise(Rows = nameof(Kinds))]
    public void IntoAnotherDirectory_Moves(string target, string kind) => OnRow(target, kind, fs =>
    {
        fs.MkDir("/from").Ok();
        fs.MkDir("/to").Ok();
        Make(fs, kind, "/from/a");
        fs.Rename("/from/a", "/to/b").Ok();
        Assert.Empty(fs.Names("/from"));
        Assert.Equal(["b"], fs.Names("/to"));
    });

    [Theory, Promise]
    public void OntoAFile_ReplacesIt(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "new");
        fs.MakeFile("/b", "old");
        fs.Rename("/a", "/b").Ok();
        Assert.Equal("new", fs.Content("/b"));
        Assert.Equal(["b"], fs.Names("/"));
    });

    [Theory, Promise]
    public void OntoAFile_ItsOtherNamesStay(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "new");
        fs.MakeFile("/b", "old");
        fs.Link("/b", "/c").Ok();
        fs.Rename("/a", "/b").Ok();
        Assert.Equal("old", fs.Content("/c"));
        Assert.Equal(1U, fs.Stat("/c").Ok().Links);
    });

    [Theory, Promise]
    public void OntoASecondNameOfItself_DoesNothing(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "x");
        fs.Link("/a", "/b").Ok();
        fs.Rename("/a", "/b").Ok();
        Assert.Equal(["a", "b"], fs.Names("/"));
        Assert.Equal(2U, fs.Stat("/a").Ok().Links);
    });

    [Theory, Promise]
    public void OntoItself_DoesNothing(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "x");
        fs.Rename("/a", "/a").Ok();
        fs.MkDir("/d").Ok();
        fs.Rename("/d", "/d").Ok();
        Assert.Equal("x", fs.Content("/a"));
    });

    [Theory, Promise]
    public void DirectoryOntoAnEmptyDirectory_ReplacesIt(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MakeFile("/a/f");
        fs.MkDir("/b").Ok();
        fs.Rename("/a", "/b").Ok();
        Assert.Equal(["f"], fs.Names("/b"));
        fs.Stat("/a").Fails(ENOENT);
    });

    [Theory, Promise]
    public void DirectoryOntoAFullDirectory_IsENOTEMPTY(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/b").Ok();
        fs.MakeFile("/b/f");
        fs.Rename("/a", "/b").Fails(ENOTEMPTY);
        Assert.Equal(["a", "b"], fs.Names("/"));
    });

    [Theory, Promise]
    public void DirectoryOntoAFile_IsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MakeFile("/b");
        fs.Rename("/a", "/b").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void FileOntoADirectory_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.MkDir("/b").Ok();
        fs.Rename("/a", "/b").Fails(EISDIR);
    });

    [Theory, Promise]
    public void SymlinkOntoADirectory_IsEISDIR(string target) => On(target, static fs =>
    {
        fs.SymLink("b", "/a").Ok();
        fs.MkDir("/b").Ok();
        fs.Rename("/a", "/b").Fails(EISDIR);
    });

    [Theory, Promise]
    public void OntoALink_ReplacesTheLink_NotItsTarget(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "new");
        fs.MakeFile("/f", "target");
        fs.SymLink("f", "/s").Ok();
        fs.Rename("/a", "/s").Ok();
        Assert.Equal("target", fs.Content("/f"));
        Assert.Equal(S_IFREG, fs.LStat("/s").Ok().Type);
    });

    [Theory, Promise]
    public void DirectoryIntoItself_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.Rename("/a", "/a/b").Fails(EINVAL);
    });

    [Theory, Promise]
    public void DirectoryIntoItsDescendant_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MkDir("/a/b/c").Ok();
        fs.Rename("/a", "/a/b/c/d").Fails(EINVAL);
    });

    [Theory, Promise]
    public void ADescendant_OntoItsAncestor_IsENOTEMPTY(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MkDir("/a/b/c").Ok();
        fs.Rename("/a/b/c", "/a").Fails(ENOTEMPTY);
        fs.MakeFile("/a/b/f");
        fs.Rename("/a/b/f", "/a").Fails(ENOTEMPTY);
    });

    [Theory, Promise]
    public void DotAndDotDot_AreEBUSY(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.Rename("/a/.", "/b").Fails(EBUSY);
        fs.Rename("/a/..", "/b").Fails(EBUSY);
        fs.Rename("/a", "/a/..").Fails(EBUSY);
    });

    [Theory, Promise]
    public void DirectoryAcrossParents_MovesALinkFromOneToTheOther(string target) => On(target, static fs =>
    {
        fs.MkDir("/from").Ok();
        fs.MkDir("/to").Ok();
        fs.MkDir("/from/d").Ok();
        fs.Rename("/from/d", "/to/d").Ok();
        Assert.Equal((2U, 3U), (fs.Stat("/from").Ok().Links, fs.Stat("/to").Ok().Links));
    });

    [Theory, Promise]
    public void DirectoryAcrossParents_HasTheNewOneAsDotDot(string target) => On(target, static fs =>
    {
        fs.MkDir("/from").Ok();
        fs.MkDir("/to").Ok();
        fs.MkDir("/from/d").Ok();
        fs.MakeFile("/to/mark");
        fs.Rename("/from/d", "/to/d").Ok();
        fs.Stat("/to/d/../mark").Ok();
        Handle directory = fs.Open("/to/d", O_RDONLY | O_DIRECTORY).Ok();
        fs.OpenAt(directory, "../mark", O_RDONLY).Ok();
    });

    [Theory, Promise]
    public void DirectoryOntoADirectory_LeavesTheParentsLinksRight(string target) => On(target, static fs =>
    {
        fs.MkDir("/p").Ok();
        fs.MkDir("/p/a").Ok();
        fs.MkDir("/p/b").Ok();
        fs.Rename("/p/a", "/p/b").Ok();
        Assert.Equal(3U, fs.Stat("/p").Ok().Links);
    });

    [Theory, Promise]
    public void WithTrailingSlash_ADirectoryMoves(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.Rename("/a/", "/b/").Ok();
        Assert.Equal(["b"], fs.Names("/"));
    });

    [Theory, Promise]
    public void WithTrailingSlash_AFileIsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.Rename("/a", "/b/").Fails(ENOTDIR);
        fs.Rename("/a/", "/b").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void WithTrailingSlash_ALinkToADirectoryIsENOTDIR(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SymLink("d", "/s").Ok();
        fs.Rename("/s/", "/t").Fails(ENOTDIR);
    });

    [Theory, Promise]
    public void OfALink_MovesTheLink_WhichLeadsElsewhereThen(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/b").Ok();
        fs.MakeFile("/a/f", "of a");
        fs.MakeFile("/b/f", "of b");
        fs.SymLink("f", "/a/s").Ok();
        fs.Rename("/a/s", "/b/s").Ok();
        Assert.Equal("of b", fs.Content("/b/s"));
    });

    [Theory, Promise]
    public void OfADirectory_PathsBelowItFollow(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.MakeFile("/a/b/f", "abc");
        fs.Stat("/a/b/f").Ok();
        fs.Rename("/a", "/c").Ok();
        fs.Stat("/a/b/f").Fails(ENOENT);
        Assert.Equal("abc", fs.Content("/c/b/f"));
    });

    [Theory, Promise]
    public void BackAndForth_ForgetsNothing(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "abc");
        for (int turn = 0; turn < 50; turn++)
        {
            fs.Rename("/a", "/b").Ok();
            fs.Stat("/a").Fails(ENOENT);
            fs.Rename("/b", "/a").Ok();
            fs.Stat("/b").Fails(ENOENT);
        }

        Assert.Equal("abc", fs.Content("/a"));
    });

    [Theory, Promise]
    public void OpenFile_GoesOnUnderItsNewName(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/a", "abc");
        fs.Rename("/a", "/b").Ok();
        fs.PWrite(file, "X", 0);
        Assert.Equal("Xbc", fs.Content("/b"));
    });

    [Theory, Promise]
    public void ReplacedOpenFile_KeepsItsData(string target) => On(target, static fs =>
    {
        Handle old = fs.OpenNew("/b", "old");
        fs.MakeFile("/a", "new");
        fs.Rename("/a", "/b").Ok();
        Assert.Equal("old", fs.Text(old));
        Assert.Equal(0U, fs.FStat(old).Ok().Links);
    });

    [Theory, Promise]
    public void ReplacedOpenDirectory_TakesNoNames(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/b").Ok();
        Handle old = fs.Open("/b", O_RDONLY | O_DIRECTORY).Ok();
        fs.Rename("/a", "/b").Ok();
        fs.OpenAt(old, "x", O_CREAT | O_WRONLY, Scenes.Mode644).Fails(ENOENT);
    });

    [Theory, Promise]
    public void WithoutWriteOnTheOldParent_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/from", 0x16D);
        fs.MakeDirOf(Caller.User, "/to", Scenes.Mode755);
        fs.MakeFileOf(Caller.User, "/from/f", Scenes.Mode644);
        fs.As(Caller.User).Rename("/from/f", "/to/f").Fails(EACCES);
    });

    [Theory, Promise]
    public void WithoutWriteOnTheNewParent_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/from", Scenes.Mode755);
        fs.MakeDirOf(Caller.User, "/to", 0x16D);
        fs.MakeFileOf(Caller.User, "/from/f", Scenes.Mode644);
        fs.As(Caller.User).Rename("/from/f", "/to/f").Fails(EACCES);
    });

    // Its ".." changes, and so it is written.
    [Theory, Promise]
    public void DirectoryWithoutWriteOnItself_AcrossParents_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.User, "/from", Scenes.Mode755);
        fs.MakeDirOf(Caller.User, "/to", Scenes.Mode755);
        fs.MakeDirOf(Caller.User, "/from/d", 0x16D);
        fs.As(Caller.User).Rename("/from/d", "/to/d").Fails(EACCES);
        fs.As(Caller.User).Rename("/from/d", "/from/e").Ok();
    });

    [Theory, Promise("rename2")]
    public void NoReplace_OntoNothing_Moves(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.Rename("/a", "/b", RENAME_NOREPLACE).Ok();
        Assert.Equal(["b"], fs.Names("/"));
    });

    [Theory, Promise("rename2", Rows = nameof(Kinds))]
    public void NoReplace_OntoSomething_IsEEXIST(string target, string kind) => OnRow(target, kind, fs =>
    {
        fs.MakeFile("/a", "mine");
        Make(fs, kind, "/b");
        fs.Rename("/a", "/b", RENAME_NOREPLACE).Fails(EEXIST);
        Assert.Equal("mine", fs.Content("/a"));
    });

    [Theory, Promise("rename2")]
    public void NoReplace_OntoItself_IsEEXIST(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.Rename("/a", "/a", RENAME_NOREPLACE).Fails(EEXIST);
    });

    [Theory, Promise("rename2")]
    public void Exchange_OfTwoFiles_SwapsThem(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "one");
        fs.MakeFile("/b", "two");
        fs.Rename("/a", "/b", RENAME_EXCHANGE).Ok();
        Assert.Equal(("two", "one"), (fs.Content("/a"), fs.Content("/b")));
    });

    [Theory, Promise("rename2")]
    public void Exchange_OfAFileAndADirectory_SwapsThem_AndTheLinksOfParents(string target) => On(target, static fs =>
    {
        fs.MkDir("/p").Ok();
        fs.MkDir("/q").Ok();
        fs.MakeFile("/p/a", "file");
        fs.MkDir("/q/b").Ok();
        fs.MakeFile("/q/b/inner");
        fs.Rename("/p/a", "/q/b", RENAME_EXCHANGE).Ok();
        Assert.Equal(["inner"], fs.Names("/p/a"));
        Assert.Equal("file", fs.Content("/q/b"));
        Assert.Equal((3U, 2U), (fs.Stat("/p").Ok().Links, fs.Stat("/q").Ok().Links));
        fs.Stat("/p/a/../a/inner").Ok();
    });

    [Theory, Promise("rename2")]
    public void Exchange_OfFullDirectories_SwapsThem(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MakeFile("/a/x");
        fs.MkDir("/b").Ok();
        fs.MakeFile("/b/y");
        fs.Rename("/a", "/b", RENAME_EXCHANGE).Ok();
        Assert.Equal(["y"], fs.Names("/a"));
        Assert.Equal(["x"], fs.Names("/b"));
    });

    [Theory, Promise("rename2")]
    public void Exchange_WithNothing_IsENOENT(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.Rename("/a", "/b", RENAME_EXCHANGE).Fails(ENOENT);
    });

    [Theory, Promise("rename2")]
    public void Exchange_OfADirectoryAndItsDescendant_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/a/b").Ok();
        fs.Rename("/a", "/a/b", RENAME_EXCHANGE).Fails(EINVAL);
        fs.Rename("/a/b", "/a", RENAME_EXCHANGE).Fails(EINVAL);
    });

    [Theory, Promise("rename2")]
    public void Exchange_InAStickyDirectory_NeedsToOwnBoth(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", S_ISVTX | Scenes.Mode777);
        fs.MakeFileOf(Caller.User, "/d/a", Scenes.Mode777);
        fs.MakeFileOf(Caller.Other, "/d/b", Scenes.Mode777);
        fs.As(Caller.User).Rename("/d/a", "/d/b", RENAME_EXCHANGE).Fails(EPERM);
    });

    [Theory, Promise("rename2")]
    public void NoReplaceAndExchange_AreEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.MakeFile("/b");
        fs.Rename("/a", "/b", RENAME_NOREPLACE | RENAME_EXCHANGE).Fails(EINVAL);
    });

    [Theory, Promise("rename2")]
    public void UnknownFlag_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.Rename("/a", "/b", 0x10).Fails(EINVAL);
    });

    [Theory, Promise("whiteout")]
    public void Whiteout_LeavesADeviceOfZeroes(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "x");
        fs.Rename("/a", "/b", RENAME_WHITEOUT).Ok();
        StatData left = fs.LStat("/a").Ok();
        Assert.Equal((S_IFCHR, 0U, 0U), (left.Type, left.RdevMajor, left.RdevMinor));
        Assert.Equal("x", fs.Content("/b"));
    });

    [Theory, Promise("whiteout")]
    public void WhiteoutAndExchange_AreEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        fs.MakeFile("/b");
        fs.Rename("/a", "/b", RENAME_WHITEOUT | RENAME_EXCHANGE).Fails(EINVAL);
    });

    private static void Make(IFileSystemCalls fs, string kind, string path)
    {
        switch (kind)
        {
            case "file":
                fs.MakeFile(path, "x");
                break;
            case "directory":
                fs.MkDir(path).Ok();
                break;
            case "symlink":
                fs.SymLink("nowhere", path).Ok();
                break;
            default:
                fs.MkNod(path, S_IFIFO | Scenes.Mode644).Ok();
                break;
        }
    }
}
