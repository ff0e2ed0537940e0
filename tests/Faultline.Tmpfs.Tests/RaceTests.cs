// Goal: whatever the order in which calls on names meet, the outcome is one that some order of whole calls gives,
// nothing deadlocks, and the tree is a tree. Method: controlled scheduling with random seeds, then a walk over
// everything. FAULTLINE_RACE_SEEDS sets how many schedules each test runs.

using System;
using System.Collections.Generic;
using System.Globalization;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Tmpfs.Tests;

public sealed class RaceTests
{
    private static readonly ulong s_seeds = ulong.Parse(
        Environment.GetEnvironmentVariable("FAULTLINE_RACE_SEEDS") ?? "300", CultureInfo.InvariantCulture);

    // REN-01.
    [Fact]
    public void TwoRenames_InOppositeDirections_EndInOneOfTheOrders()
    {
        HashSet<string> outcomes = [];
        Run(
            static volume => volume.Dir("/A", "/B").File("/A/x", "/B/y"),
            volume => outcomes.Add($"{volume.Exists("/A/x")} {volume.Exists("/B/y")}"),
            static volume => volume.Rename("/A/x", "/B/y"),
            static volume => volume.Rename("/B/y", "/A/x"));
        Assert.Subset(new HashSet<string> { "True False", "False True" }, outcomes);
        Assert.Equal(2, outcomes.Count);
    }

    // REN-02.
    [Fact]
    public void TwoDirectoriesMovedIntoEachOther_OnlyOneGoes()
    {
        Run(
            static volume => volume.Dir("/p", "/q", "/p/a", "/q/b"),
            static volume => Assert.NotEqual(volume.Exists("/p/a/b"), volume.Exists("/q/b/a")),
            static volume => volume.Rename("/p/a", "/q/b/a"),
            static volume => volume.Rename("/q/b", "/p/a/b"));
    }

    [Fact]
    public void RenamesOfDirectories_OfEveryKind_NeverDeadlock()
    {
        Run(
            static volume => volume.Dir("/p", "/p/a", "/p/b", "/p/a/c", "/p/b/d").File("/p/f", "/p/a/f"),
            null,
            static volume => volume.Rename("/p/a", "/p/b"),
            static volume => volume.Rename("/p/b/d", "/p/a/c"),
            static volume => volume.Rename("/p/a/c", "/p/b/d", RenameFlags.RENAME_EXCHANGE),
            static volume => volume.Rename("/p/f", "/p/a/f", RenameFlags.RENAME_EXCHANGE),
            static volume => Volume.Outcome(volume.Root.Rmdir("/p/b/d"u8)),
            static volume => Volume.Outcome(volume.Root.Unlink("/p/a/f"u8)));
    }

    [Fact]
    public void Rmdir_AgainstCreate_OneOfThemWins()
    {
        Errno made = Errno.OK;
        Errno removed = Errno.OK;
        Run(
            static volume => volume.Dir("/d"),
            _ => Assert.True((made == Errno.OK) != (removed == Errno.OK), $"{made} {removed}"),
            volume => made = volume.Open(volume.Root, "/d/f", OpenFlags.O_CREAT | OpenFlags.O_WRONLY),
            volume => removed = Volume.Outcome(volume.Root.Rmdir("/d"u8)));
    }

    [Fact]
    public void ExclusiveCreate_ByThree_SucceedsOnce()
    {
        int winners = 0;
        Action<Volume> create = volume =>
        {
            Errno made = volume.Open(volume.Root, "/f", OpenFlags.O_CREAT | OpenFlags.O_EXCL);
            winners += made == Errno.OK ? 1 : 0;
        };
        Run(
            _ => winners = 0,
            _ => Assert.Equal(1, winners),
            create,
            create,
            create,
            static volume => volume.Exists("/f"));
    }

    [Fact]
    public void Walker_WhileADirectoryMoves_NeverArrivesAtTheWrongFile()
    {
        ulong file = 0;
        ulong decoy = 0;
        Run(
            volume =>
            {
                volume.Dir("/a", "/b", "/a/d", "/a/e").File("/a/d/f", "/a/e/f");
                file = volume.Number("/a/d/f");
                decoy = volume.Number("/a/e/f");
            },
            static volume => Assert.True(volume.Exists("/a/d/f")),
            static volume =>
            {
                Assert.Equal(Errno.OK, volume.Rename("/a/d", "/b/d"));
                Assert.Equal(Errno.OK, volume.Rename("/a/e", "/a/d"));
                Assert.Equal(Errno.OK, volume.Rename("/a/d", "/a/e"));
                Assert.Equal(Errno.OK, volume.Rename("/b/d", "/a/d"));
            },
            volume =>
            {
                for (int turn = 0; turn < 3; turn++)
                {
                    CheckFound(volume, "/a/d/f", file, decoy);
                    CheckFound(volume, "/b/d/f", file, file);
                    CheckFound(volume, "/a/e/f", decoy, decoy);
                    CheckFound(volume, "/b/../a/d/../e/f", decoy, decoy);
                }
            });
    }

    // A name that is found and given away at the same moment never shows the file that takes its place.
    [Fact]
    public void Lookup_AgainstUnlinkAndCreate_FindsOneOfTheFilesWithTheName()
    {
        Run(
            static volume => volume.File("/f"),
            null,
            static volume =>
            {
                _ = volume.Root.Unlink("/f"u8);
                volume.File("/g");
                volume.File("/f");
            },
            static volume =>
            {
                ulong? other = volume.Root.Stat("/g"u8) is { IsOk: true } found ? found.Value.Number.Value : null;
                Result<PathReference> at = volume.Root.Resolve("/f"u8);
                if (at.IsOk)
                {
                    Assert.NotEqual(other, at.Value.Inode.Number.Value);
                    at.Value.Dispose();
                }
                else
                {
                    Assert.Equal(Errno.ENOENT, at.Error.Errno);
                }
            });
    }

    [Fact]
    public void LastClose_AgainstALinkByHandle_EitherKeepsTheFileOrLosesIt()
    {
        Run(
            static _ => { },
            static volume => Assert.Equal(volume.Exists("/f") ? 2 : 1, volume.Tmpfs.UsedInodes),
            static volume =>
            {
                using OpenFile file =
                    volume.Root.Open("/"u8, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR).OrThrow();
            },
            static volume =>
            {
                Inode? inode = volume.Tmpfs.Inodes.Find(new InodeNumber(2));
                if (inode is not null)
                {
                    inode.Put();
                }

                Result<OpenFile> opened = volume.Root.OpenInode(new InodeNumber(2));
                if (opened.IsOk)
                {
                    _ = volume.Root.Link(opened.Value, "/f"u8);
                    opened.Value.Dispose();
                }
            });
    }

    // Whoever drops the last reference may hold anything: the worker frees the file.
    [Fact]
    public void LastReference_DroppedWherever_IsFollowedByTheWorker()
    {
        Run(
            static volume => volume.File("/f", "/g"),
            static volume => Assert.Equal(1, volume.Tmpfs.UsedInodes),
            static volume => DropAfterUnlink(volume, "/f"),
            static volume => DropAfterUnlink(volume, "/g"));
    }

    [Fact]
    public void Freeze_AgainstChanges_WaitsForThem_AndTheyForIt()
    {
        Run(
            static volume => volume.Dir("/d").File("/d/f"),
            static volume => Assert.True(volume.Exists("/d/new")),
            static volume =>
            {
                if (volume.Tmpfs.FreezeVolume().IsOk)
                {
                    long inodes = volume.Tmpfs.UsedInodes;
                    bool exists = volume.Exists("/d/new");
                    Assert.Equal(inodes, volume.Tmpfs.UsedInodes);
                    Assert.Equal(exists, volume.Exists("/d/new"));
                    volume.Tmpfs.ThawVolume().ThrowIfError();
                }
            },
            static volume => volume.File("/d/new"),
            static volume =>
            {
                using OpenFile held = volume.Root.Open("/d/f"u8).OrThrow();
                volume.Root.Unlink("/d/f"u8).ThrowIfError();
            },
            static volume => volume.Tmpfs.Sync().ThrowIfError());
    }

    // Unmounting waits for calls in flight; those that come later, and open files, answer ESTALE or EBADF.
    [Fact]
    public void Unmount_AgainstCallsInFlight_LeavesNoPage()
    {
        for (ulong seed = 0; seed < s_seeds; seed++)
        {
            FolioPool pool = new(8L << 20);
            Volume volume = new("rw", pool);
            volume.Dir("/d").File("/d/f");
            volume.Root.Truncate("/d/f"u8, 9000).ThrowIfError();
            long inodes = 0;
            (string, Action)[] tasks =
            [
                ("unmounter", () =>
                {
                    volume.Dispose();
                    inodes = volume.Tmpfs.UsedInodes;
                }),
                ("maker", () => Assert.True(IsKnown(volume.Root.Mkdir("/d/e"u8, 0x1ED)))),
                ("mover", () => Assert.True(IsKnown(volume.Root.Rename("/d/f"u8, "/g"u8)))),
                ("reader", () =>
                {
                    Result<OpenFile> opened = volume.Root.Open("/d/f"u8);
                    if (opened.IsOk)
                    {
                        _ = opened.Value.Read(0, new byte[5000]);
                        opened.Value.Dispose();
                    }
                }),
                ("writer", () =>
                {
                    Result<OpenFile> opened = volume.Root.Open("/h"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR);
                    if (opened.IsOk)
                    {
                        _ = opened.Value.Write(0, new byte[5000]);
                        _ = opened.Value.Read(0, new byte[5000]);
                        opened.Value.Dispose();
                    }
                }),
            ];
            _ = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(tasks);
            Assert.Equal((0L, inodes), (pool.UsedBytes, volume.Tmpfs.UsedInodes));
            pool.Dispose();
        }
    }

    private static bool IsKnown(Result result) =>
        result.IsOk || result.Error.Errno is Errno.ESTALE or Errno.ENOENT;

    private static void DropAfterUnlink(Volume volume, string path)
    {
        Inode inode = volume.Tmpfs.Inodes.Get(new InodeNumber(volume.Number(path))).OrThrow();
        volume.Root.Unlink(Volume.Bytes(path)).ThrowIfError();
        inode.Put();
    }

    private static void CheckFound(Volume volume, string path, ulong one, ulong other)
    {
        Result<InodeStat> found = volume.Root.Stat(Volume.Bytes(path));
        if (found.IsOk)
        {
            Assert.True(found.Value.Number.Value == one || found.Value.Number.Value == other, path);
        }
        else
        {
            Assert.Equal(Errno.ENOENT, found.Error.Errno);
        }
    }

    private static void Run(Action<Volume> prepare, Action<Volume>? check, params Action<Volume>[] actors)
    {
        for (ulong seed = 0; seed < s_seeds; seed++)
        {
            using Volume volume = new();
            prepare(volume);
            (string, Action)[] tasks = new (string, Action)[actors.Length];
            for (int index = 0; index < actors.Length; index++)
            {
                Action<Volume> actor = actors[index];
                tasks[index] = ($"actor{index}", () => actor(volume));
            }

            try
            {
                _ = new ControlledScheduler(new SeededRandomStrategy(seed)).Run(tasks);
                _ = Tree.CheckAll(volume);
                check?.Invoke(volume);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
        }
    }
}
