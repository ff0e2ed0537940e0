// name_to_handle_at(2), open_by_handle_at(2)

namespace Faultline.Conformance.Calls;

[Needs("names", "name_to_handle_at")]
public sealed class HandleTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void Handle_OpensTheSameInode(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        byte[] handle = fs.NameToHandle("/f").Ok();
        Handle file = fs.OpenByHandle(handle, O_RDONLY).Ok();
        Assert.Equal(fs.Stat("/f").Ok().Inode, fs.FStat(file).Ok().Inode);
        Assert.Equal("abc", fs.Text(file));
    });

    [Theory, Promise]
    public void Handle_StaysGood_AcrossRename(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        byte[] handle = fs.NameToHandle("/f").Ok();
        fs.MkDir("/d").Ok();
        fs.Rename("/f", "/d/g").Ok();
        Assert.Equal("abc", fs.Text(fs.OpenByHandle(handle, O_RDONLY).Ok()));
    });

    [Theory, Promise]
    public void Handle_OfAGoneFile_IsESTALE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        byte[] handle = fs.NameToHandle("/f").Ok();
        fs.Unlink("/f").Ok();
        fs.OpenByHandle(handle, O_RDONLY).Fails(ESTALE);
    });

    // The number may be given out again: the handle holds the generation, too.
    [Theory, Promise]
    public void Handle_OfAReusedNumber_IsESTALE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        byte[] handle = fs.NameToHandle("/f").Ok();
        fs.Unlink("/f").Ok();
        for (int index = 0; index < 20; index++)
        {
            fs.MakeFile($"/n{index}");
        }

        fs.OpenByHandle(handle, O_RDONLY).Fails(ESTALE);
    });

    [Theory, Promise]
    public void Handle_OfADirectory_OpensIt(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f", "abc");
        Handle directory = fs.OpenByHandle(fs.NameToHandle("/d").Ok(), O_RDONLY | O_DIRECTORY).Ok();
        Assert.Equal("abc", fs.Text(fs.OpenAt(directory, "f", O_RDONLY).Ok()));
    });

    [Theory, Promise]
    public void Handle_ByAUser_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc", Scenes.Mode777);
        byte[] handle = fs.As(Caller.User).NameToHandle("/f").Ok();
        fs.As(Caller.User).OpenByHandle(handle, O_RDONLY).Fails(EPERM);
    });

    [Theory, Promise]
    public void Handle_ForWriting_Writes(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        Handle file = fs.OpenByHandle(fs.NameToHandle("/f").Ok(), O_RDWR).Ok();
        fs.PWrite(file, "X", 0);
        Assert.Equal("Xbc", fs.Content("/f"));
    });

    [Theory, Promise]
    public void Handle_OfALink_IsTheLink(string target) => On(target, static fs =>
    {
        fs.SymLink("nowhere", "/s").Ok();
        Handle link = fs.OpenByHandle(fs.NameToHandle("/s").Ok(), O_PATH).Ok();
        Assert.Equal(S_IFLNK, fs.FStat(link).Ok().Type);
    });
}
