// flock(2), fcntl(2): locks of files

using System.Threading.Tasks;

namespace Faultline.Conformance.Calls;

[Needs("names", "locks")]
public sealed class LockTests(Targets targets) : PromiseTests(targets)
{
    private const int WaitMs = 10_000;

    [Theory, Promise]
    public void FLock_Exclusive_KeepsEveryOtherOut(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        fs.FLock(other, LOCK_EX | LOCK_NB).Fails(EAGAIN);
        fs.FLock(other, LOCK_SH | LOCK_NB).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void FLock_Shared_LetsShared_KeepsExclusiveOut(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_SH).Ok();
        fs.FLock(other, LOCK_SH | LOCK_NB).Ok();
        fs.FLock(one, LOCK_EX | LOCK_NB).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void FLock_Unlock_LetsTheOtherIn(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        fs.FLock(one, LOCK_UN).Ok();
        fs.FLock(other, LOCK_EX | LOCK_NB).Ok();
    });

    [Theory, Promise]
    public void FLock_Close_LetsTheOtherIn(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        fs.Close(one).Ok();
        fs.FLock(other, LOCK_EX | LOCK_NB).Ok();
    });

    [Theory, Promise]
    public void FLock_BelongsToTheOpenFile_AlsoThroughDup(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        Handle copy = fs.Dup(one).Ok();
        fs.FLock(one, LOCK_EX).Ok();
        fs.FLock(copy, LOCK_EX | LOCK_NB).Ok();
        fs.Close(one).Ok();
        fs.FLock(other, LOCK_EX | LOCK_NB).Fails(EAGAIN);
        fs.FLock(copy, LOCK_UN).Ok();
        fs.FLock(other, LOCK_EX | LOCK_NB).Ok();
    });

    [Theory, Promise]
    public void FLock_ChangesItsMode(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        fs.FLock(one, LOCK_SH | LOCK_NB).Ok();
        fs.FLock(other, LOCK_SH | LOCK_NB).Ok();
    });

    [Theory, Promise]
    public void FLock_OfADescriptorForReading_MayBeExclusive(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.FLock(fs.Open("/f", O_RDONLY).Ok(), LOCK_EX | LOCK_NB).Ok();
    });

    [Theory, Promise]
    public void FLock_OfAPathDescriptor_IsEBADF(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.FLock(fs.Open("/f", O_PATH).Ok(), LOCK_EX | LOCK_NB).Fails(EBADF);
    });

    [Theory, Promise]
    public void FLock_UnknownOperation_IsEINVAL(string target) => On(target, static fs =>
        fs.FLock(fs.OpenNew("/f"), 0x10).Fails(EINVAL));

    [Theory, Promise]
    public void FLock_AndPosixLocks_DoNotMeet(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        fs.OfdLock(other, F_WRLCK, 0, 0).Ok();
    });

    [Theory, Promise]
    public void Posix_OfOneProcess_NeverMeetItself(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.PosixLock(one, F_WRLCK, 0, 0).Ok();
        fs.PosixLock(other, F_WRLCK, 0, 10).Ok();
    });

    // "This lock is released when any descriptor of the file is closed": the old rule, kept.
    [Theory, Promise]
    public void Posix_AnyClose_ReleasesAll(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        Handle third = fs.Open("/f", O_RDWR).Ok();
        fs.PosixLock(one, F_WRLCK, 0, 0).Ok();
        fs.OfdLock(third, F_WRLCK, 0, 0).Fails(EAGAIN);
        fs.Close(other).Ok();
        fs.OfdLock(third, F_WRLCK, 0, 0).Ok();
    });

    [Theory, Promise]
    public void Posix_WriteLock_NeedsADescriptorForWriting(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        Handle reader = fs.Open("/f", O_RDONLY).Ok();
        fs.PosixLock(reader, F_WRLCK, 0, 0).Fails(EBADF);
        fs.PosixLock(reader, F_RDLCK, 0, 0).Ok();
        Handle writer = fs.Open("/f", O_WRONLY).Ok();
        fs.PosixLock(writer, F_RDLCK, 0, 0).Fails(EBADF);
    });

    [Theory, Promise]
    public void Posix_BadTypeOrRange_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PosixLock(file, 9, 0, 0).Fails(EINVAL);
        fs.PosixLock(file, F_WRLCK, -1, 5).Fails(EINVAL);
        fs.PosixLock(file, F_WRLCK, 5, -6).Fails(EINVAL);
    });

    [Theory, Promise]
    public void Posix_NegativeLength_IsTheBytesBefore(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.PosixLock(one, F_WRLCK, 10, -5).Ok();
        fs.OfdLock(other, F_WRLCK, 0, 5).Ok();
        fs.OfdLock(other, F_WRLCK, 9, 1).Fails(EAGAIN);
        fs.OfdLock(other, F_WRLCK, 10, 1).Ok();
    });

    [Theory, Promise]
    public void Posix_EndBeyondTheLargestOffset_IsEOVERFLOW(string target) => On(target, static fs =>
        fs.PosixLock(fs.OpenNew("/f"), F_WRLCK, long.MaxValue, 2).Fails(EOVERFLOW));

    [Theory, Promise]
    public void GetLock_TellsWhoIsInTheWay(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 10, 20).Ok();
        Assert.Equal((F_WRLCK, 10L, 20L), fs.GetPosixLock(other, F_RDLCK, 0, 0).Ok());
        Assert.Equal(F_UNLCK, fs.GetPosixLock(other, F_RDLCK, 0, 10).Ok().Type);
    });

    [Theory, Promise]
    public void Ofd_OfTwoOpenFiles_Meet(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 0, 10).Ok();
        fs.OfdLock(other, F_WRLCK, 5, 10).Fails(EAGAIN);
        fs.OfdLock(other, F_RDLCK, 9, 1).Fails(EAGAIN);
        fs.OfdLock(other, F_WRLCK, 10, 10).Ok();
    });

    [Theory, Promise]
    public void Ofd_ReadLocks_Share(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_RDLCK, 0, 10).Ok();
        fs.OfdLock(other, F_RDLCK, 0, 10).Ok();
        fs.OfdLock(one, F_WRLCK, 0, 10).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void Ofd_UnlockInTheMiddle_SplitsTheRange(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 0, 30).Ok();
        fs.OfdLock(one, F_UNLCK, 10, 10).Ok();
        fs.OfdLock(other, F_WRLCK, 10, 10).Ok();
        fs.OfdLock(other, F_WRLCK, 9, 1).Fails(EAGAIN);
        fs.OfdLock(other, F_WRLCK, 20, 1).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void Ofd_ChangeInTheMiddle_ChangesThatPart(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 0, 30).Ok();
        fs.OfdLock(one, F_RDLCK, 10, 10).Ok();
        fs.OfdLock(other, F_RDLCK, 10, 10).Ok();
        fs.OfdLock(other, F_RDLCK, 0, 1).Fails(EAGAIN);
        fs.OfdLock(other, F_RDLCK, 29, 1).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void Ofd_LengthOfZero_IsToTheEndAndBeyond(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 100, 0).Ok();
        fs.OfdLock(other, F_WRLCK, 1L << 40, 1).Fails(EAGAIN);
        fs.OfdLock(other, F_WRLCK, 0, 100).Ok();
    });

    [Theory, Promise]
    public void Ofd_Close_Releases_AndClosingAnotherDescriptorDoesNot(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        Handle third = fs.Open("/f", O_RDWR).Ok();
        fs.OfdLock(one, F_WRLCK, 0, 0).Ok();
        fs.Close(third).Ok();
        fs.OfdLock(other, F_WRLCK, 0, 0).Fails(EAGAIN);
        fs.Close(one).Ok();
        fs.OfdLock(other, F_WRLCK, 0, 0).Ok();
    });

    [Theory, Promise]
    public void FLock_AWaiter_GetsItWhenItIsFree(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.FLock(one, LOCK_EX).Ok();
        Task<Outcome<long>> waiter = Task.Run(() => fs.FLock(other, LOCK_EX));
        Assert.False(waiter.Wait(20));
        fs.FLock(one, LOCK_UN).Ok();
        Assert.True(waiter.Wait(WaitMs));
        waiter.GetAwaiter().GetResult().Ok();
        fs.FLock(one, LOCK_SH | LOCK_NB).Fails(EAGAIN);
    });

    [Theory, Promise]
    public void Ofd_AWaiter_GetsItWhenItsRangeIsFree(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 0, 20).Ok();
        Task<Outcome<long>> waiter = Task.Run(() => fs.OfdLock(other, F_WRLCK, 10, 5, waits: true));
        Assert.False(waiter.Wait(20));
        fs.OfdLock(one, F_UNLCK, 10, 5).Ok();
        Assert.True(waiter.Wait(WaitMs));
        waiter.GetAwaiter().GetResult().Ok();
    });

    [Theory, Promise]
    public void Ofd_AWaiter_GetsItWhenTheHolderCloses(string target) => On(target, static fs =>
    {
        (Handle one, Handle other) = Two(fs);
        fs.OfdLock(one, F_WRLCK, 0, 0).Ok();
        Task<Outcome<long>> waiter = Task.Run(() => fs.OfdLock(other, F_RDLCK, 0, 0, waits: true));
        Assert.False(waiter.Wait(20));
        fs.Close(one).Ok();
        Assert.True(waiter.Wait(WaitMs));
        waiter.GetAwaiter().GetResult().Ok();
    });

    private static (Handle One, Handle Other) Two(IFileSystemCalls fs) =>
        (fs.OpenNew("/f", "data"), fs.Open("/f", O_RDWR).Ok());
}
