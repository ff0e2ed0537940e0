// acl(5): access control lists as extended attributes, their checks, and how they are inherited

namespace Faultline.Conformance.Calls;

[Needs("names", "acl")]
public sealed class AclTests(Targets targets) : PromiseTests(targets)
{
    private const string Named = "u::rw- u:1000:r-- g::r-- m::r-- o::---";

    [Theory, Promise]
    public void Set_ReadsBack(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "", 0x1A0); // rw-r-----
        fs.SetXattr("/f", Acl.Access, Acl.Of(Named)).Ok();
        Assert.Equal(Named, Acl.Read(fs, "/f", Acl.Access));
    });

    [Theory, Promise]
    public void MinimalList_IsTheMode_AndNoAttribute(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "", Scenes.Mode644);
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rwx g::r-x o::--x")).Ok();
        Assert.Equal(0x1E9U, fs.Stat("/f").Ok().Permissions);
        Assert.Null(Acl.Read(fs, "/f", Acl.Access));
    });

    [Theory, Promise]
    public void TheMask_IsTheGroupsBitsOfTheMode(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "", Scenes.Mode644);
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rwx u:1000:rwx g::r-- m::rw- o::--x")).Ok();
        Assert.Equal(0x1F1U, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void ChMod_ChangesTheMask_NotTheGroup(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:1000:rw- g::r-- m::rw- o::---")).Ok();
        fs.ChMod("/f", 0x120).Ok(); // r--r-----
        Assert.Equal("u::r-- u:1000:rw- g::r-- m::r-- o::---", Acl.Read(fs, "/f", Acl.Access));
    });

    [Theory, Promise]
    public void NamedUser_MayWhatTheListSays(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", 0);
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:1000:rw- g::--- m::rw- o::---")).Ok();
        fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.Other).Open("/f", O_RDONLY).Fails(EACCES);
    });

    [Theory, Promise]
    public void NamedUser_IsBoundByTheMask(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:1000:rw- g::--- m::r-- o::---")).Ok();
        fs.As(Caller.User).Open("/f", O_RDONLY).Ok();
        fs.As(Caller.User).Open("/f", O_RDWR).Fails(EACCES);
    });

    [Theory, Promise]
    public void NamedUser_WithoutPermission_IsNotSavedByOthers(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:1000:--- g::rw- m::rw- o::rw-")).Ok();
        fs.As(Caller.User).Open("/f", O_RDONLY).Fails(EACCES);
        fs.As(Caller.Other).Open("/f", O_RDWR).Ok();
    });

    [Theory, Promise]
    public void NamedGroup_MayWhatTheListSays(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- g::--- g:77:r-- m::r-- o::---")).Ok();
        fs.As(new Caller(3000, 3000, 77)).Open("/f", O_RDONLY).Ok();
        fs.As(new Caller(3000, 77)).Open("/f", O_RDONLY).Ok();
        fs.As(Caller.Other).Open("/f", O_RDONLY).Fails(EACCES);
    });

    [Theory, Promise]
    public void AnyMatchingGroup_Suffices(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChOwn("/f", 0, 66).Ok();
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- g::--- g:77:r-- m::r-- o::---")).Ok();
        fs.As(new Caller(3000, 66, 77)).Open("/f", O_RDONLY).Ok();
    });

    // Two groups that may half each do not add up.
    [Theory, Promise]
    public void Groups_DoNotAddUp(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- g::--- g:77:r-- g:78:-w- m::rw- o::---")).Ok();
        IFileSystemCalls both = fs.As(new Caller(3000, 77, 78));
        both.Open("/f", O_RDONLY).Ok();
        both.Open("/f", O_WRONLY).Ok();
        both.Open("/f", O_RDWR).Fails(EACCES);
    });

    [Theory, Promise]
    public void MatchingGroup_WithoutPermission_IsNotSavedByOthers(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- g::--- g:77:--- m::rw- o::rw-")).Ok();
        fs.As(new Caller(3000, 77)).Open("/f", O_RDONLY).Fails(EACCES);
    });

    [Theory, Promise]
    public void TheOwner_IsNotBoundByTheMask(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode600);
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:2000:r-- g::--- m::--- o::---")).Ok();
        fs.As(Caller.User).Open("/f", O_RDWR).Ok();
        fs.As(Caller.Other).Open("/f", O_RDONLY).Fails(EACCES);
    });

    [Theory, Promise]
    public void Remove_LeavesTheMode(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of(Named)).Ok();
        fs.RemoveXattr("/f", Acl.Access).Ok();
        Assert.Null(Acl.Read(fs, "/f", Acl.Access));
        fs.As(Caller.User).Open("/f", O_RDONLY).Fails(EACCES);
    });

    [Theory, Promise]
    public void Set_BySomebodyElse_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", Scenes.Mode777);
        fs.As(Caller.User).SetXattr("/f", Acl.Access, Acl.Of(Named)).Fails(EPERM);
        fs.As(Caller.Other).SetXattr("/f", Acl.Access, Acl.Of(Named)).Ok();
    });

    [Theory, Promise]
    public void Set_OfNonsense_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- u:1000:r-- g::r-- o::---")).Fails(EINVAL);
        fs.SetXattr("/f", Acl.Access, Acl.Of("u::rw- o::---")).Fails(EINVAL);
        fs.SetXattr("/f", Acl.Access, Acl.Of("g::rw- u::rw- o::---")).Fails(EINVAL);
        fs.SetXattr("/f", Acl.Access, "\u0002\0\0"u8).Fails(EINVAL);
    });

    [Theory, Promise]
    public void Set_OfAnotherVersion_IsEOPNOTSUPP(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        byte[] list = Acl.Of(Named);
        list[0] = 9;
        fs.SetXattr("/f", Acl.Access, list).Fails(EOPNOTSUPP);
    });

    [Theory, Promise]
    public void Default_OnAFile_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", Acl.Default, Acl.Of(Named)).Fails(EACCES);
    });

    [Theory, Promise]
    public void OnASymbolicLink_IsEOPNOTSUPP(string target) => On(target, static fs =>
    {
        fs.SymLink("x", "/s").Ok();
        fs.LSetXattr("/s", Acl.Access, Acl.Of(Named)).Fails(EOPNOTSUPP);
    });

    [Theory, Promise]
    public void Default_IsInheritedByFiles_AsTheirAccessList(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx u:1000:rwx g::r-x m::rwx o::---")).Ok();
        fs.MakeFile("/d/f", "", 0x1B6); // rw-rw-rw-
        Assert.Equal("u::rw- u:1000:rwx g::r-x m::rw- o::---", Acl.Read(fs, "/d/f", Acl.Access));
        Assert.Equal(0x1B0U, fs.Stat("/d/f").Ok().Permissions);
        Assert.Null(Acl.Read(fs, "/d/f", Acl.Default));
    });

    [Theory, Promise]
    public void Default_IsInheritedByDirectories_AsBoth(string target) => On(target, static fs =>
    {
        const string List = "u::rwx u:1000:r-x g::r-x m::r-x o::---";
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of(List)).Ok();
        fs.MkDir("/d/e", Scenes.Mode777).Ok();
        Assert.Equal(List, Acl.Read(fs, "/d/e", Acl.Access));
        Assert.Equal(List, Acl.Read(fs, "/d/e", Acl.Default));
    });

    [Theory, Promise]
    public void Default_ReplacesTheUmask(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx g::rwx o::rwx")).Ok();
        fs.Umask(0x3F);
        fs.MakeFile("/d/f", "", 0x1B6);
        Assert.Equal(0x1B6U, fs.Stat("/d/f").Ok().Permissions);
        fs.MakeFile("/f", "", 0x1B6);
        Assert.Equal(Scenes.Mode600, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void Default_OfThreeEntries_BecomesTheModeAlone(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rw- g::r-- o::---")).Ok();
        fs.MakeFile("/d/f", "", Scenes.Mode777);
        Assert.Equal(0x1A0U, fs.Stat("/d/f").Ok().Permissions);
        Assert.Null(Acl.Read(fs, "/d/f", Acl.Access));
    });

    [Theory, Promise]
    public void Default_IsInheritedByFifos(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx u:1000:r-x g::r-x m::r-x o::---")).Ok();
        fs.MkNod("/d/p", S_IFIFO | Scenes.Mode777).Ok();
        Assert.Equal("u::rwx u:1000:r-x g::r-x m::r-x o::---", Acl.Read(fs, "/d/p", Acl.Access));
    });

    [Theory, Promise]
    public void Default_InASetgidDirectory_KeepsBothInheritances(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.ChOwn("/d", 0, 77).Ok();
        fs.ChMod("/d", S_ISGID | Scenes.Mode777).Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx u:1000:rwx g::rwx m::rwx o::---")).Ok();
        fs.MkDir("/d/e", Scenes.Mode777).Ok();
        StatData stat = fs.Stat("/d/e").Ok();
        Assert.Equal((77U, S_ISGID | 0x1F8U), (stat.Gid, stat.Permissions));
    });

    [Theory, Promise]
    public void AList_GrantsSearchOfADirectory(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f", "abc");
        fs.SetXattr("/d", Acl.Access, Acl.Of("u::rwx u:1000:--x g::--- m::--x o::---")).Ok();
        Assert.Equal(3, fs.As(Caller.User).Stat("/d/f").Ok().Size);
        fs.As(Caller.User).Open("/d", O_RDONLY).Fails(EACCES);
        fs.As(Caller.Other).Stat("/d/f").Fails(EACCES);
    });

    [Theory, Promise]
    public void Default_IsNotInheritedBySymbolicLinks(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx u:1000:r-x g::r-x m::r-x o::---")).Ok();
        fs.SymLink("x", "/d/s").Ok();
        Assert.Equal(0x1FFU, fs.LStat("/d/s").Ok().Permissions);
    });

    [Theory, Promise]
    public void Default_ChangesNothingOnTheDirectoryItself(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Root, "/d", Scenes.Mode700);
        fs.SetXattr("/d", Acl.Default, Acl.Of("u::rwx u:1000:rwx g::rwx m::rwx o::rwx")).Ok();
        fs.As(Caller.User).Open("/d", O_RDONLY).Fails(EACCES);
        Assert.Equal(Scenes.Mode700, fs.Stat("/d").Ok().Permissions);
    });

    [Theory, Promise]
    public void Default_IsRemoved(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of(Named)).Ok();
        fs.RemoveXattr("/d", Acl.Default).Ok();
        Assert.Null(Acl.Read(fs, "/d", Acl.Default));
        fs.MakeFile("/d/f", "", Scenes.Mode777);
        Assert.Equal(Scenes.Mode777, fs.Stat("/d/f").Ok().Permissions);
    });

    // A list that sets the mode clears setgid for who is not in the group.
    [Theory, Promise]
    public void Set_OutsideTheGroup_ClearsSetgid(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ChOwn("/f", 1000, 77).Ok();
        fs.ChMod("/f", S_ISGID | Scenes.Mode755).Ok();
        fs.As(Caller.User).SetXattr("/f", Acl.Access, Acl.Of("u::rwx g::r-x o::r-x")).Ok();
        Assert.Equal(Scenes.Mode755, fs.Stat("/f").Ok().Permissions);
    });

    [Theory, Promise]
    public void List_ShowsWhichThereAre(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", Acl.Default, Acl.Of(Named)).Ok();
        byte[] names = new byte[200];
        long length = fs.ListXattr("/d", names).Ok();
        Assert.Equal(Acl.Default + "\0", System.Text.Encoding.ASCII.GetString(names, 0, (int)length));
    });
}
