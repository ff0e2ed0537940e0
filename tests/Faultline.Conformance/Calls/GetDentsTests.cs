// getdents64(2)

using System.Collections.Generic;
using System.Linq;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class GetDentsTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void EmptyDirectory_HasDotAndDotDot(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        IReadOnlyList<DirEntry> entries = fs.GetDents(fs.Open("/d", O_RDONLY).Ok()).Ok();
        Assert.Equal([".", ".."], entries.Select(static entry => entry.Name).Order());
        Assert.Equal(fs.Stat("/d").Ok().Inode, entries.Single(static entry => entry.Name == ".").Inode);
        Assert.Equal(fs.Stat("/").Ok().Inode, entries.Single(static entry => entry.Name == "..").Inode);
    });

    [Theory, Promise]
    public void Entries_HaveTheInodeAndTypeOfWhatTheyName(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/file");
        fs.MkDir("/d/dir").Ok();
        fs.SymLink("x", "/d/link").Ok();
        fs.MkNod("/d/fifo", S_IFIFO | Scenes.Mode644).Ok();
        fs.MkNod("/d/sock", S_IFSOCK | Scenes.Mode644).Ok();
        fs.MkNod("/d/char", S_IFCHR | Scenes.Mode644, 1, 3).Ok();
        fs.MkNod("/d/block", S_IFBLK | Scenes.Mode644, 1, 3).Ok();
        IReadOnlyList<DirEntry> entries = fs.GetDents(fs.Open("/d", O_RDONLY).Ok()).Ok();
        foreach (DirEntry entry in entries.Where(static entry => entry.Name is not ("." or "..")))
        {
            StatData stat = fs.LStat($"/d/{entry.Name}").Ok();
            Assert.Equal((stat.Inode, stat.Type >> 12), (entry.Inode, (uint)entry.Type));
        }

        Assert.Equal(9, entries.Count);
    });

    [Theory, Promise]
    public void SmallBuffer_ListsEveryNameOnce(string target) => On(target, static fs =>
    {
        MakeMany(fs, 500);
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        List<string> names = [];
        while (fs.GetDents(directory, 200).Ok() is { Count: > 0 } entries)
        {
            names.AddRange(entries.Select(static entry => entry.Name));
        }

        Assert.Equal(502, names.Count);
        Assert.Equal(502, names.Distinct().Count());
    });

    [Theory, Promise]
    public void BufferForNoName_IsEINVAL(string target) => On(target, static fs =>
    {
        MakeMany(fs, 1);
        fs.GetDents(fs.Open("/d", O_RDONLY).Ok(), 10).Fails(EINVAL);
    });

    [Theory, Promise]
    public void AtTheEnd_IsNothing_AgainAndAgain(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        fs.GetDents(directory).Ok();
        Assert.Empty(fs.GetDents(directory).Ok());
        Assert.Empty(fs.GetDents(directory).Ok());
    });

    [Theory, Promise]
    public void Rewind_ListsAgain_WithWhatIsNew(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        Assert.Equal(2, fs.GetDents(directory).Ok().Count);
        fs.MakeFile("/d/new");
        fs.Seek(directory, 0, SEEK_SET).Ok();
        Assert.Equal(3, fs.GetDents(directory).Ok().Count);
    });

    // telldir(3), seekdir(3): a cookie is a place to go on from, also on another descriptor.
    [Theory, Promise]
    public void Cookie_GoesOnWhereItWasTaken(string target) => On(target, static fs =>
    {
        MakeMany(fs, 100);
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        IReadOnlyList<DirEntry> all = fs.GetDents(directory).Ok();
        Handle other = fs.Open("/d", O_RDONLY).Ok();
        fs.Seek(other, all[49].Cookie, SEEK_SET).Ok();
        IReadOnlyList<DirEntry> rest = fs.GetDents(other).Ok();
        Assert.Equal(
            all.Skip(50).Select(static entry => entry.Name), rest.Select(static entry => entry.Name));
    });

    // POSIX: a name that was there all the time is listed exactly once, whatever comes and goes beside it.
    [Theory, Promise]
    public void NamesThatStay_AreListedOnce_WhileOthersGo(string target) => On(target, static fs =>
    {
        MakeMany(fs, 300);
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        List<string> names = [];
        int turn = 0;
        while (fs.GetDents(directory, 500).Ok() is { Count: > 0 } entries)
        {
            names.AddRange(entries.Select(static entry => entry.Name));
            for (int index = turn * 10; index < (turn * 10) + 5; index++)
            {
                _ = fs.Unlink($"/d/{Name(index)}");
            }

            turn++;
        }

        string[] stayed = [.. fs.Names("/d")];
        Assert.All(stayed, name => Assert.Equal(1, names.Count(other => other == name)));
    });

    [Theory, Promise]
    public void NamesThatStay_AreListedOnce_WhileOthersCome(string target) => On(target, static fs =>
    {
        MakeMany(fs, 200);
        string[] stayed = [.. fs.Names("/d")];
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        List<string> names = [];
        int turn = 0;
        while (fs.GetDents(directory, 500).Ok() is { Count: > 0 } entries)
        {
            names.AddRange(entries.Select(static entry => entry.Name));
            if (turn < 50)
            {
                fs.MakeFile($"/d/another-{turn}");
            }

            turn++;
        }

        Assert.All(stayed, name => Assert.Equal(1, names.Count(other => other == name)));
        Assert.Equal(names.Count, names.Distinct().Count());
    });

    [Theory, Promise]
    public void RemovingWhileListing_EmptiesTheDirectory(string target) => On(target, static fs =>
    {
        MakeMany(fs, 300);
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        while (fs.GetDents(directory, 1000).Ok() is { Count: > 0 } entries)
        {
            foreach (DirEntry entry in entries.Where(static entry => entry.Name is not ("." or "..")))
            {
                fs.Unlink($"/d/{entry.Name}").Ok();
            }
        }

        Assert.Empty(fs.Names("/d"));
        fs.RmDir("/d").Ok();
    });

    [Theory, Promise]
    public void OfAFile_IsENOTDIR(string target) => On(target, static fs =>
        fs.GetDents(fs.OpenNew("/f")).Fails(ENOTDIR));

    [Theory, Promise]
    public void OfAPathDescriptor_IsEBADF(string target) => On(target, static fs =>
        fs.GetDents(fs.Open("/", O_PATH).Ok()).Fails(EBADF));

    [Theory, Promise]
    public void OfARemovedDirectory_IsENOENT(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        Handle directory = fs.Open("/d", O_RDONLY).Ok();
        fs.RmDir("/d").Ok();
        fs.GetDents(directory).Fails(ENOENT);
    });

    [Theory, Promise]
    public void MovedDirectory_ListsItsNewParent(string target) => On(target, static fs =>
    {
        fs.MkDir("/from").Ok();
        fs.MkDir("/to").Ok();
        fs.MkDir("/from/d").Ok();
        fs.Rename("/from/d", "/to/d").Ok();
        IReadOnlyList<DirEntry> entries = fs.GetDents(fs.Open("/to/d", O_RDONLY).Ok()).Ok();
        Assert.Equal(fs.Stat("/to").Ok().Inode, entries.Single(static entry => entry.Name == "..").Inode);
    });

    [Theory, Promise]
    public void TwoDescriptors_ListIndependently(string target) => On(target, static fs =>
    {
        MakeMany(fs, 50);
        Handle one = fs.Open("/d", O_RDONLY).Ok();
        Handle other = fs.Open("/d", O_RDONLY).Ok();
        Assert.Equal(52, fs.GetDents(one).Ok().Count);
        Assert.Equal(52, fs.GetDents(other).Ok().Count);
    });

    [Theory, Promise]
    public void RenamedName_IsThereOnce(string target) => On(target, static fs =>
    {
        MakeMany(fs, 50);
        fs.Rename($"/d/{Name(10)}", "/d/renamed").Ok();
        string[] names = fs.Names("/d");
        Assert.Equal(50, names.Length);
        Assert.Contains("renamed", names);
        Assert.DoesNotContain(Name(10), names);
    });

    [Theory, Promise]
    public void LongAndShortNames_AreListedWhole(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        string[] names = [.. Enumerable.Range(1, 255).Where(static length => length % 17 == 0)
            .Select(static length => new string('n', length))];
        foreach (string name in names)
        {
            fs.MakeFile($"/d/{name}");
        }

        Assert.Equal(names, fs.Names("/d"));
    });

    private static string Name(int index) => $"some-name-of-middling-length-{index}";

    private static void MakeMany(IFileSystemCalls fs, int count)
    {
        fs.MkDir("/d").Ok();
        for (int index = 0; index < count; index++)
        {
            fs.MakeFile($"/d/{Name(index)}");
        }
    }
}
