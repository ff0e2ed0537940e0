// utimensat(2), and which calls move which times (inode(7))

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Conformance.Calls;

[Needs("names")]
public sealed class TimesTests(Targets targets) : PromiseTests(targets)
{
    // What is done to /f or in /d, and which times it moves: of the file (or "-") and of the directory.
    private static readonly Dictionary<string, (string OfFile, string OfDirectory, Action<IFileSystemCalls> Do)>
        s_moves = new()
        {
            ["write"] = ("mc", "", static fs => fs.PWrite(fs.Open("/d/f", O_WRONLY).Ok(), "x", 0)),
            ["write of no bytes"] = ("", "", static fs => fs.PWrite(fs.Open("/d/f", O_WRONLY).Ok(), [], 0).Ok()),
            ["truncate"] = ("mc", "", static fs => fs.Truncate("/d/f", 1).Ok()),
            ["truncate longer"] = ("mc", "", static fs => fs.Truncate("/d/f", 100).Ok()),
            ["ftruncate to the same size"] = ("mc", "", static fs => fs.FTruncate(fs.Open("/d/f", O_WRONLY).Ok(), 3).Ok()),
            ["open O_TRUNC"] = ("mc", "", static fs => fs.Open("/d/f", O_WRONLY | O_TRUNC).Ok()),
            ["open"] = ("", "", static fs => fs.Open("/d/f", O_RDWR).Ok()),
            ["stat"] = ("", "", static fs => fs.Stat("/d/f").Ok()),
            ["chmod"] = ("c", "", static fs => fs.ChMod("/d/f", Scenes.Mode600).Ok()),
            ["chmod to the same"] = ("c", "", static fs => fs.ChMod("/d/f", Scenes.Mode644).Ok()),
            ["chown"] = ("c", "", static fs => fs.ChOwn("/d/f", 1, 1).Ok()),
            ["link"] = ("c", "mc", static fs => fs.Link("/d/f", "/d/g").Ok()),
            ["unlink of another name"] = ("c", "mc", static fs => fs.Unlink("/d/other").Ok()),
            ["rename"] = ("c", "mc", static fs => fs.Rename("/d/f", "/d/g").Ok()),
            ["mkdir"] = ("", "mc", static fs => fs.MkDir("/d/sub").Ok()),
            ["rmdir"] = ("", "mc", static fs => fs.RmDir("/d/empty").Ok()),
            ["symlink"] = ("", "mc", static fs => fs.SymLink("x", "/d/s").Ok()),
            ["mknod"] = ("", "mc", static fs => fs.MkNod("/d/p", S_IFIFO | Scenes.Mode644).Ok()),
            ["creat"] = ("", "mc", static fs => fs.MakeFile("/d/new")),
            ["creat of what exists"] = ("", "", static fs => fs.Open("/d/f", O_CREAT | O_WRONLY, 0).Ok()),
            ["mkdir that fails"] = ("", "", static fs => fs.MkDir("/d/f").Fails(EEXIST)),
            ["setxattr"] = ("c", "", static fs => fs.SetXattr("/d/f", "user.new", "v"u8).Ok()),
            ["removexattr"] = ("c", "", static fs => fs.RemoveXattr("/d/f", "user.old").Ok()),
            ["utimensat of the access time"] = ("ac", "", static fs => fs.SetTimes("/d/f", SetTime.Now, SetTime.Omit).Ok()),
            ["utimensat of the modify time"] = ("mc", "", static fs => fs.SetTimes("/d/f", SetTime.Omit, SetTime.Now).Ok()),
            ["fallocate"] = ("mc", "", static fs => fs.Fallocate(fs.Open("/d/f", O_RDWR).Ok(), 0, 0, 65536).Ok()),
            ["fallocate of a hole"] = ("mc", "", static fs => fs.Fallocate(
                fs.Open("/d/f", O_RDWR).Ok(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 2).Ok()),
            ["copy_file_range into it"] = ("mc", "", static fs => fs.CopyFileRange(
                fs.OpenNew("/source", "abc"), 0, fs.Open("/d/f", O_WRONLY).Ok(), 0, 3).Ok()),
        };

    public static IEnumerable<string> Moves => s_moves.Keys;

    [Theory, Promise(Rows = nameof(Moves))]
    public void Call_MovesTheTimesItShould_AndNoOthers(string target, string call) => OnRow(target, call, fs =>
    {
        (string ofFile, string ofDirectory, Action<IFileSystemCalls> act) = s_moves[call];
        fs.MkDir("/d").Ok();
        fs.MakeFile("/d/f", "abc");
        fs.SetXattr("/d/f", "user.old", "v"u8).Ok();
        fs.Link("/d/f", "/d/other").Ok();
        fs.MkDir("/d/empty").Ok();
        Handle file = fs.Open("/d/f", O_PATH).Ok();
        fs.Age("/d/f");
        fs.Age("/d");
        StatData fileBefore = fs.FStat(file).Ok();
        StatData directoryBefore = fs.Stat("/d").Ok();
        fs.WaitPast(Later(fileBefore.Ctime, directoryBefore.Ctime));
        act(fs);
        Assert.Equal(ofFile, Moved(fileBefore, fs.FStat(file).Ok()));
        Assert.Equal(ofDirectory, Moved(directoryBefore, fs.Stat("/d").Ok()));
    });

    [Theory, Promise]
    public void NewFile_HasAllTimesOfItsMaking(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((stat.Mtime, stat.Mtime), (stat.Atime, stat.Ctime));
        Assert.InRange(stat.Mtime.Seconds, 1_700_000_000, 6_000_000_000);
    });

    [Theory, Promise]
    public void RenameAcrossDirectories_MovesTheTimesOfBoth(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/b").Ok();
        fs.MakeFile("/a/f");
        StatData from = fs.Age("/a");
        StatData to = fs.Age("/b");
        fs.WaitPast(to.Ctime);
        fs.Rename("/a/f", "/b/f").Ok();
        Assert.Equal(("mc", "mc"), (Moved(from, fs.Stat("/a").Ok()), Moved(to, fs.Stat("/b").Ok())));
    });

    [Theory, Promise]
    public void RenameOver_MovesTheChangeTimeOfTheReplaced(string target) => On(target, static fs =>
    {
        fs.MakeFile("/a");
        Handle old = fs.OpenNew("/b");
        fs.Age("/b");
        StatData before = fs.FStat(old).Ok();
        fs.WaitPast(before.Ctime);
        fs.Rename("/a", "/b").Ok();
        Assert.Equal("c", Moved(before, fs.FStat(old).Ok()));
    });

    [Theory, Promise]
    public void RenameOfADirectory_LeavesItsModifyTime(string target) => On(target, static fs =>
    {
        fs.MkDir("/a").Ok();
        fs.MkDir("/to").Ok();
        StatData before = fs.Age("/a");
        fs.Rename("/a", "/b").Ok();
        Assert.Equal(before.Mtime, fs.Stat("/b").Ok().Mtime);
    });

    // relatime: an access time that is not newer than the modify time moves with the first read.
    [Theory, Promise("atime")]
    public void Read_MovesAnAccessTimeOlderThanTheModifyTime(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        StatData before = fs.Age("/f");
        fs.PRead(fs.Open("/f", O_RDONLY).Ok(), new byte[3], 0).Is(3);
        Assert.True(fs.Stat("/f").Ok().Atime.Seconds > before.Atime.Seconds);
        Assert.Equal((before.Mtime, before.Ctime), (fs.Stat("/f").Ok().Mtime, fs.Stat("/f").Ok().Ctime));
    });

    [Theory, Promise("atime")]
    public void Read_LeavesAFreshAccessTime(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        StatData made = fs.Age("/f");
        fs.WaitPast(made.Ctime);
        fs.PRead(fs.Open("/f", O_RDONLY).Ok(), new byte[3], 0).Is(3);
        StatData fresh = fs.Stat("/f").Ok();
        fs.WaitPast(fresh.Atime);
        fs.PRead(fs.Open("/f", O_RDONLY).Ok(), new byte[3], 0).Is(3);
        Assert.Equal(fresh.Atime, fs.Stat("/f").Ok().Atime);
    });

    [Theory, Promise("atime")]
    public void Read_WithNoAtime_LeavesTheAccessTime(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        StatData before = fs.Age("/f");
        fs.PRead(fs.Open("/f", O_RDONLY | O_NOATIME).Ok(), new byte[3], 0).Is(3);
        Assert.Equal(before.Atime, fs.Stat("/f").Ok().Atime);
    });

    [Theory, Promise("atime")]
    public void ReadLink_MovesTheAccessTimeOfTheLink(string target) => On(target, static fs =>
    {
        fs.SymLink("x", "/s").Ok();
        StatData before = fs.Age("/s");
        fs.ReadLink("/s").Ok();
        Assert.NotEqual(before.Atime, fs.LStat("/s").Ok().Atime);
    });

    [Theory, Promise("atime")]
    public void Listing_MovesTheAccessTimeOfTheDirectory(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        StatData before = fs.Age("/d");
        fs.Names("/d");
        Assert.NotEqual(before.Atime, fs.Stat("/d").Ok().Atime);
    });

    [Theory, Promise]
    public void SetTimes_ToTheNanosecond(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetTimes("/f", new SetTime(1_000_000_001, 123_456_789), new SetTime(1_500_000_002, 987_654_321)).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal(new UnixTime(1_000_000_001, 123_456_789), stat.Atime);
        Assert.Equal(new UnixTime(1_500_000_002, 987_654_321), stat.Mtime);
    });

    [Theory, Promise]
    public void SetTimes_Before1970AndAfter2038(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetTimes("/f", new SetTime(-1000, 5), new SetTime(5_000_000_000, 7)).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((new UnixTime(-1000, 5), new UnixTime(5_000_000_000, 7)), (stat.Atime, stat.Mtime));
    });

    [Theory, Promise]
    public void SetTimes_Omit_LeavesThem(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        StatData before = fs.Age("/f");
        fs.SetTimes("/f", SetTime.Omit, SetTime.Omit).Ok();
        Assert.Equal(before, fs.Stat("/f").Ok());
    });

    [Theory, Promise]
    public void SetTimes_Now_IsTheClock(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.Age("/f");
        fs.SetTimes("/f", SetTime.Now, SetTime.Now).Ok();
        StatData stat = fs.Stat("/f").Ok();
        Assert.Equal((stat.Ctime, stat.Ctime), (stat.Atime, stat.Mtime));
    });

    [Theory, Promise]
    public void SetTimes_OfTooManyNanoseconds_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SetTimes("/f", new SetTime(1, 1_000_000_000), SetTime.Now).Fails(EINVAL);
        fs.SetTimes("/f", SetTime.Now, new SetTime(1, -1)).Fails(EINVAL);
    });

    [Theory, Promise]
    public void SetTimes_FollowsALink_AndNoFollowDoesNot(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.SymLink("f", "/s").Ok();
        fs.SetTimes("/s", new SetTime(1, 0), new SetTime(2, 0)).Ok();
        fs.LSetTimes("/s", new SetTime(3, 0), new SetTime(4, 0)).Ok();
        Assert.Equal((2L, 4L), (fs.Stat("/f").Ok().Mtime.Seconds, fs.LStat("/s").Ok().Mtime.Seconds));
    });

    [Theory, Promise]
    public void FSetTimes_ChangesTheOpenFile(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FSetTimes(file, new SetTime(1, 0), new SetTime(2, 0)).Ok();
        Assert.Equal((1L, 2L), (fs.Stat("/f").Ok().Atime.Seconds, fs.Stat("/f").Ok().Mtime.Seconds));
    });

    [Theory, Promise]
    public void SetTimes_ToNow_ByAWriter_IsAllowed(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", 0x1B6); // rw-rw-rw-
        fs.As(Caller.User).SetTimes("/f", SetTime.Now, SetTime.Now).Ok();
    });

    [Theory, Promise]
    public void SetTimes_ToNow_WithoutWrite_IsEACCES(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", Scenes.Mode644);
        fs.As(Caller.User).SetTimes("/f", SetTime.Now, SetTime.Now).Fails(EACCES);
    });

    [Theory, Promise]
    public void SetTimes_ToATime_ByAWriterWhoIsNotTheOwner_IsEPERM(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.Other, "/f", 0x1B6);
        fs.As(Caller.User).SetTimes("/f", new SetTime(1, 0), new SetTime(2, 0)).Fails(EPERM);
        fs.As(Caller.User).SetTimes("/f", SetTime.Now, SetTime.Omit).Fails(EPERM);
    });

    [Theory, Promise]
    public void SetTimes_ByTheOwner_NeedsNoWrite(string target) => On(target, static fs =>
    {
        fs.MakeFileOf(Caller.User, "/f", 0);
        fs.As(Caller.User).SetTimes("/f", new SetTime(1, 0), new SetTime(2, 0)).Ok();
        fs.As(Caller.User).SetTimes("/f", SetTime.Now, SetTime.Now).Ok();
    });

    private static UnixTime Later(UnixTime one, UnixTime other) =>
        (one.Seconds, one.Nanoseconds).CompareTo((other.Seconds, other.Nanoseconds)) > 0 ? one : other;

    private static string Moved(StatData before, StatData after) =>
        (before.Atime == after.Atime ? "" : "a")
        + (before.Mtime == after.Mtime ? "" : "m")
        + (before.Ctime == after.Ctime ? "" : "c");
}
