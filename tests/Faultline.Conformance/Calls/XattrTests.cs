// setxattr(2), getxattr(2), listxattr(2), removexattr(2), xattr(7)

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class XattrTests(Targets targets) : PromiseTests(targets)
{
    public static IEnumerable<string> Namespaces => ["user", "trusted", "security"];

    [Theory, Promise(Rows = nameof(Namespaces))]
    public void Set_Get_List_Remove(string target, string space) => OnRow(target, space, fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", $"{space}.a", "value"u8).Is(0);
        Assert.Equal("value", fs.Xattr("/f", $"{space}.a"));
        Assert.Contains($"{space}.a", List(fs, "/f"));
        fs.RemoveXattr("/f", $"{space}.a").Is(0);
        Assert.Null(fs.Xattr("/f", $"{space}.a"));
        Assert.DoesNotContain($"{space}.a", List(fs, "/f"));
    });

    [Theory, Promise]
    public void Set_ReplacesTheValue(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "a long first value"u8).Ok();
        fs.SetXattr("/f", "user.a", "b"u8).Ok();
        Assert.Equal("b", fs.Xattr("/f", "user.a"));
        fs.SetXattr("/f", "user.a", "and one that is longer than both"u8).Ok();
        Assert.Equal("and one that is longer than both", fs.Xattr("/f", "user.a"));
    });

    [Theory, Promise]
    public void EmptyValue_IsAValue(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", []).Ok();
        fs.GetXattr("/f", "user.a", new byte[16]).Is(0);
        Assert.Equal(["user.a"], List(fs, "/f"));
    });

    [Theory, Promise]
    public void Values_AreBytes(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        byte[] value = [0, 0xFF, 10, 0];
        fs.SetXattr("/f", "user.a", value).Ok();
        byte[] back = new byte[16];
        fs.GetXattr("/f", "user.a", back).Is(4);
        Assert.Equal(value, back[..4]);
    });

    [Theory, Promise]
    public void SeveralAttributes_AreKeptApart(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        for (int index = 0; index < 20; index++)
        {
            fs.SetXattr("/f", $"user.name{index}", Encoding.ASCII.GetBytes($"value{index}")).Ok();
        }

        fs.RemoveXattr("/f", "user.name7").Ok();
        Assert.Equal(19, List(fs, "/f").Length);
        Assert.Equal("value19", fs.Xattr("/f", "user.name19"));
        Assert.Equal("value8", fs.Xattr("/f", "user.name8"));
    });

    [Theory, Promise]
    public void ValueOf2000Bytes_ReadsBack(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.big", Scenes.Fill(2000, (byte)'v')).Ok();
        Assert.Equal(new string('v', 2000), fs.Xattr("/f", "user.big"));
    });

    [Theory, Promise]
    public void Create_OfWhatExists_IsEEXIST(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "one"u8, XATTR_CREATE).Ok();
        fs.SetXattr("/f", "user.a", "two"u8, XATTR_CREATE).Fails(EEXIST);
        Assert.Equal("one", fs.Xattr("/f", "user.a"));
    });

    [Theory, Promise]
    public void Replace_OfWhatIsMissing_IsENODATA(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "one"u8, XATTR_REPLACE).Fails(ENODATA);
        fs.SetXattr("/f", "user.a", "one"u8).Ok();
        fs.SetXattr("/f", "user.a", "two"u8, XATTR_REPLACE).Ok();
        Assert.Equal("two", fs.Xattr("/f", "user.a"));
    });

    [Theory, Promise]
    public void UnknownFlag_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "v"u8, 4).Fails(EINVAL);
    });

    [Theory, Promise]
    public void Get_OfWhatIsMissing_IsENODATA(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.GetXattr("/f", "user.a", new byte[4]).Fails(ENODATA);
        fs.RemoveXattr("/f", "user.a").Fails(ENODATA);
    });

    [Theory, Promise]
    public void Get_IntoNothing_AnswersTheLength(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "value"u8).Ok();
        fs.GetXattr("/f", "user.a", []).Is(5);
    });

    [Theory, Promise]
    public void Get_IntoTooLittle_IsERANGE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "value"u8).Ok();
        fs.GetXattr("/f", "user.a", new byte[4]).Fails(ERANGE);
        fs.GetXattr("/f", "user.a", new byte[5]).Is(5);
    });

    [Theory, Promise]
    public void List_IntoNothing_AnswersTheLength_AndTooLittleIsERANGE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "value"u8).Ok();
        fs.ListXattr("/f", []).Is(7);
        fs.ListXattr("/f", new byte[6]).Fails(ERANGE);
        fs.ListXattr("/f", new byte[7]).Is(7);
    });

    [Theory, Promise]
    public void List_OfNone_IsEmpty(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.ListXattr("/f", new byte[100]).Is(0);
    });

    [Theory, Promise]
    public void NameOf255Bytes_IsTaken_AndOf256IsERANGE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user." + new string('n', 250), "v"u8).Ok();
        fs.SetXattr("/f", "user." + new string('n', 251), "v"u8).Fails(ERANGE);
    });

    [Theory, Promise]
    public void EmptyName_IsERANGE(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "", "v"u8).Fails(ERANGE);
    });

    [Theory, Promise]
    public void NameOfNothingButItsNamespace_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.", "v"u8).Fails(EINVAL);
    });

    [Theory, Promise]
    public void UnknownNamespace_IsEOPNOTSUPP(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "nobody.a", "v"u8).Fails(EOPNOTSUPP);
        fs.SetXattr("/f", "noname", "v"u8).Fails(EOPNOTSUPP);
        fs.GetXattr("/f", "nobody.a", new byte[4]).Fails(EOPNOTSUPP);
    });

    [Theory, Promise]
    public void ValueOver64KiB_IsE2BIG(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", new byte[65537]).Fails(E2BIG);
    });

    [Theory, Promise]
    public void User_OnALinkOrFifoOrDevice_IsEPERM(string target) => On(target, static fs =>
    {
        fs.SymLink("x", "/s").Ok();
        fs.LSetXattr("/s", "user.a", "v"u8).Fails(EPERM);
        fs.MkNod("/p", S_IFIFO | Scenes.Mode777).Ok();
        fs.SetXattr("/p", "user.a", "v"u8).Fails(EPERM);
        fs.MkNod("/c", S_IFCHR | Scenes.Mode777, 1, 3).Ok();
        fs.SetXattr("/c", "user.a", "v"u8).Fails(EPERM);
        fs.GetXattr("/p", "user.a", new byte[4]).Fails(ENODATA);
    });

    [Theory, Promise]
    public void Trusted_OnALink_IsTheLinksOwn(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.LSetXattr("/s", "trusted.a", "link"u8).Ok();
        fs.SetXattr("/s", "trusted.a", "file"u8).Ok();
        byte[] value = new byte[8];
        fs.LGetXattr("/s", "trusted.a", value).Is(4);
        Assert.Equal("link"u8.ToArray(), value[..4]);
        Assert.Equal("file", fs.Xattr("/f", "trusted.a"));
    });

    [Theory, Promise("fsetxattr")]
    public void Fd_SetsTheOpenFilesOwn(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FSetXattr(file, "user.a", "v"u8).Ok();
        Assert.Equal("v", fs.Xattr("/f", "user.a"));
    });

    [Theory, Promise("fsetxattr")]
    public void Fd_OfAPathDescriptor_IsEBADF(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.FSetXattr(fs.Open("/f", O_PATH).Ok(), "user.a", "v"u8).Fails(EBADF);
    });

    [Theory, Promise]
    public void User_NeedsWrite_AndRead(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", Scenes.Mode644);
        fs.SetXattr("/f", "user.a", "v"u8).Ok();
        IFileSystemCalls user = fs.As(Caller.User);
        user.GetXattr("/f", "user.a", new byte[4]).Is(1);
        user.SetXattr("/f", "user.b", "v"u8).Fails(EACCES);
        user.RemoveXattr("/f", "user.a").Fails(EACCES);
        fs.ChMod("/f", 0x192).Ok(); // rw--w--w-
        user.GetXattr("/f", "user.a", new byte[4]).Fails(EACCES);
        user.SetXattr("/f", "user.b", "v"u8).Ok();
    });

    [Theory, Promise]
    public void User_OnAStickyDirectory_IsForItsOwner(string target) => On(target, static fs =>
    {
        fs.MakeDirOf(Caller.Other, "/d", S_ISVTX | Scenes.Mode777);
        fs.As(Caller.User).SetXattr("/d", "user.a", "v"u8).Fails(EPERM);
        fs.As(Caller.Other).SetXattr("/d", "user.a", "v"u8).Ok();
    });

    [Theory, Promise]
    public void Trusted_ByAUser_IsEPERM_AndNotThere(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.SetXattr("/f", "trusted.a", "v"u8).Ok();
        IFileSystemCalls user = fs.As(Caller.User);
        user.SetXattr("/f", "trusted.b", "v"u8).Fails(EPERM);
        user.RemoveXattr("/f", "trusted.a").Fails(EPERM);
        user.GetXattr("/f", "trusted.a", new byte[4]).Fails(ENODATA);
        user.ListXattr("/f", new byte[100]).Is(0);
    });

    [Theory, Promise]
    public void Security_ByAUser_IsEPERM_ButReadable(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", Scenes.Mode644);
        fs.SetXattr("/f", "security.a", "v"u8).Ok();
        fs.As(Caller.User).SetXattr("/f", "security.b", "v"u8).Fails(EPERM);
        fs.As(Caller.User).GetXattr("/f", "security.a", new byte[4]).Is(1);
    });

    [Theory, Promise]
    public void Attributes_GoWithTheInode(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetXattr("/f", "user.a", "v"u8).Ok();
        fs.Link("/f", "/g").Ok();
        fs.Rename("/f", "/h").Ok();
        Assert.Equal(("v", "v"), (fs.Xattr("/g", "user.a"), fs.Xattr("/h", "user.a")));
    });

    [Theory, Promise]
    public void Directories_HaveThem(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.SetXattr("/d", "user.a", "v"u8).Ok();
        Assert.Equal("v", fs.Xattr("/d", "user.a"));
    });

    private static string[] List(IFileSystemCalls fs, FsPath path)
    {
        byte[] names = new byte[65536];
        long length = fs.ListXattr(path, names).Ok();
        return [.. Encoding.ASCII.GetString(names, 0, (int)length)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
