// What is atomic: several callers at once (rename(2), open(2), write(2), link(2))

using System.Linq;
using System.Text;
using System.Threading;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class ConcurrencyTests(Targets targets) : PromiseTests(targets)
{
    private const int Threads = 4;

    [Theory, Promise]
    public void Excl_OfManyCallers_HasOneWinner(string target) => On(target, static fs =>
    {
        for (int turn = 0; turn < 50; turn++)
        {
            int winners = 0;
            Scenes.Together(Threads, _ =>
            {
                Outcome<Handle> opened = fs.Open($"/f{turn}", O_CREAT | O_EXCL | O_WRONLY, Scenes.Mode644);
                Interlocked.Add(ref winners, opened.Errno == OK ? 1 : 0);
                Assert.True(opened.Errno is OK or EEXIST);
            });
            Assert.Equal(1, winners);
        }
    });

    [Theory, Promise]
    public void Creat_OfManyCallers_OpensOneFile(string target) => On(target, static fs =>
    {
        for (int turn = 0; turn < 50; turn++)
        {
            ulong[] inodes = new ulong[Threads];
            Scenes.Together(Threads, index => inodes[index] =
                fs.FStat(fs.Open($"/f{turn}", O_CREAT | O_WRONLY, Scenes.Mode644).Ok()).Ok().Inode);
            Assert.Single(inodes.Distinct());
        }
    });

    [Theory, Promise]
    public void MkDir_OfManyCallers_HasOneWinner(string target) => On(target, static fs =>
    {
        int winners = 0;
        Scenes.Together(Threads, _ =>
        {
            for (int turn = 0; turn < 100; turn++)
            {
                Outcome<long> made = fs.MkDir($"/d{turn}");
                Interlocked.Add(ref winners, made.Errno == OK ? 1 : 0);
                Assert.True(made.Errno is OK or EEXIST);
            }
        });
        Assert.Equal(100, winners);
    });

    [Theory, Promise]
    public void Unlink_OfManyCallers_HasOneWinner(string target) => On(target, static fs =>
    {
        for (int turn = 0; turn < 100; turn++)
        {
            fs.MakeFile($"/f{turn}");
        }

        int winners = 0;
        Scenes.Together(Threads, _ =>
        {
            for (int turn = 0; turn < 100; turn++)
            {
                Outcome<long> gone = fs.Unlink($"/f{turn}");
                Interlocked.Add(ref winners, gone.Errno == OK ? 1 : 0);
                Assert.True(gone.Errno is OK or ENOENT);
            }
        });
        Assert.Equal(100, winners);
        Assert.Empty(fs.Names("/"));
    });

    [Theory, Promise]
    public void Append_OfManyCallers_LosesAndMixesNothing(string target) => On(target, static fs =>
    {
        const int Records = 50;
        fs.MakeFile("/f");
        Scenes.Together(Threads, index =>
        {
            Handle file = fs.Open("/f", O_WRONLY | O_APPEND).Ok();
            byte[] record = Encoding.ASCII.GetBytes(new string((char)('a' + index), 100));
            for (int turn = 0; turn < Records; turn++)
            {
                fs.Write(file, record).Is(100);
            }
        });
        byte[] all = new byte[Threads * Records * 100];
        Handle reader = fs.Open("/f", O_RDONLY).Ok();
        Assert.Equal(all.Length, fs.Size(reader));
        fs.PRead(reader, all, 0).Is(all.Length);
        Assert.All(all.Chunk(100), static record => Assert.Single(record.Distinct()));
        Assert.Equal(Threads, all.Chunk(100).GroupBy(static record => record[0])
            .Count(static group => group.Count() == Records));
    });

    // rename(2): at no moment is the new name missing.
    [Theory, Promise]
    public void RenameOver_NeverLeavesTheNameMissing(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "old");
        bool isDone = false;
        Scenes.Together(2, index =>
        {
            if (index == 1)
            {
                while (!Volatile.Read(ref isDone))
                {
                    fs.Close(fs.Open("/f", O_RDONLY).Ok()).Ok();
                    fs.Stat("/f").Ok();
                }

                return;
            }

            try
            {
                for (int turn = 0; turn < 100; turn++)
                {
                    fs.MakeFile("/g", "new");
                    fs.Rename("/g", "/f").Ok();
                }
            }
            finally
            {
                Volatile.Write(ref isDone, true);
            }
        });
    });

    // Each may succeed, not both: that would cut the two out of the tree.
    [Theory, Promise]
    public void RenamesOfTwoDirectories_IntoEachOther_MakeNoLoop(string target) => On(target, static fs =>
    {
        for (int turn = 0; turn < 50; turn++)
        {
            fs.MkDir($"/a{turn}").Ok();
            fs.MkDir($"/b{turn}").Ok();
            int successes = 0;
            Scenes.Together(2, index =>
            {
                Outcome<long> renamed = index == 0
                    ? fs.Rename($"/a{turn}", $"/b{turn}/a")
                    : fs.Rename($"/b{turn}", $"/a{turn}/b");
                Interlocked.Add(ref successes, renamed.Errno == OK ? 1 : 0);
                Assert.True(renamed.Errno is OK or EINVAL or ENOENT, $"{renamed.Errno}");
            });
            Assert.Equal(1, successes);
        }

        Assert.Equal(50, fs.Names("/").Length);
    });

    [Theory, Promise]
    public void RmDir_AgainstCreat_LeavesNoNameInARemovedDirectory(string target) => On(target, static fs =>
    {
        for (int turn = 0; turn < 50; turn++)
        {
            fs.MkDir("/d").Ok();
            bool isMade = false;
            bool isGone = false;
            Scenes.Together(2, index =>
            {
                if (index == 0)
                {
                    isMade = fs.MkNod("/d/x", S_IFREG | Scenes.Mode644).Errno == OK;
                }
                else
                {
                    isGone = fs.RmDir("/d").Errno == OK;
                }
            });
            Assert.True(isMade != isGone);
            if (isMade)
            {
                fs.Unlink("/d/x").Ok();
                fs.RmDir("/d").Ok();
            }
        }
    });

    [Theory, Promise]
    public void LinkAndUnlink_OfManyCallers_LeaveTheCountRight(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        Scenes.Together(Threads, index =>
        {
            for (int turn = 0; turn < 50; turn++)
            {
                fs.Link("/f", $"/l{index}-{turn}").Ok();
                if (turn % 2 == 0)
                {
                    fs.Unlink($"/l{index}-{turn}").Ok();
                }
            }
        });
        Assert.Equal(1U + (Threads * 25), fs.Stat("/f").Ok().Links);
        Assert.Equal(1 + (Threads * 25), fs.Names("/").Length);
    });

    [Theory, Promise("rename2")]
    public void Exchange_IsNeverSeenHalf(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a", "one");
        fs.MakeFile("/b", "two");
        bool isDone = false;
        Scenes.Together(2, index =>
        {
            if (index == 1)
            {
                while (!Volatile.Read(ref isDone))
                {
                    fs.Stat("/a").Ok();
                    fs.Stat("/b").Ok();
                }

                return;
            }

            try
            {
                for (int turn = 0; turn < 100; turn++)
                {
                    fs.Rename("/a", "/b", RENAME_EXCHANGE).Ok();
                }
            }
            finally
            {
                Volatile.Write(ref isDone, true);
            }
        });
        Assert.Equal(("one", "two"), (fs.Content("/a"), fs.Content("/b")));
    });

    [Theory, Promise]
    public void WritersOfDifferentParts_KeepEachOthersBytes(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        Scenes.Together(Threads, index =>
        {
            for (int turn = 0; turn < 100; turn++)
            {
                fs.PWrite(file, Scenes.Fill(37, (byte)('a' + index)), ((turn * Threads) + index) * 37L).Is(37);
            }
        });
        byte[] all = new byte[Threads * 100 * 37];
        fs.PRead(file, all, 0).Is(all.Length);
        int piece = 0;
        foreach (byte[] chunk in all.Chunk(37))
        {
            Assert.All(chunk, value => Assert.Equal((byte)('a' + (piece % Threads)), value));
            piece++;
        }
    });

    [Theory, Promise]
    public void CreatAndUnlink_OfManyCallers_EndEmpty(string target) => On(target, static fs =>
    {
        ulong before = fs.StatFs("/").Ok().FilesFree;
        Scenes.Together(Threads, index =>
        {
            for (int turn = 0; turn < 50; turn++)
            {
                fs.MakeFile($"/f{index}-{turn}", "x");
                fs.Rename($"/f{index}-{turn}", $"/g{index}-{turn}").Ok();
                fs.Unlink($"/g{index}-{turn}").Ok();
            }
        });
        Assert.Empty(fs.Names("/"));
        Assert.Equal(before, fs.StatFs("/").Ok().FilesFree);
    });
}
