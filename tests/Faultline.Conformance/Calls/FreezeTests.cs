// ioctl(2): FIFREEZE, FITHAW

using System.Threading.Tasks;

namespace Faultline.Conformance.Calls;

[Needs("freeze")]
public sealed class FreezeTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise("names")]
    public void Frozen_ReadsAndStatsGoOn(string target) => OnSmall(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.Freeze().Ok();
        try
        {
            Assert.Equal("abc", fs.Content("/f"));
            fs.Stat("/f").Ok();
            Assert.Equal(["f"], fs.Names("/"));
        }
        finally
        {
            fs.Thaw().Ok();
        }
    });

    [Theory, Promise]
    public void FreezeTwice_IsEBUSY(string target) => OnSmall(target, static fs =>
    {
        fs.Freeze().Ok();
        try
        {
            fs.Freeze().Fails(EBUSY);
        }
        finally
        {
            fs.Thaw().Ok();
        }
    });

    [Theory, Promise]
    public void ThawOfWhatIsNotFrozen_IsEINVAL(string target) => OnSmall(target, static fs => fs.Thaw().Fails(EINVAL));

    [Theory, Promise("freeze_permission")]
    public void Freeze_ByAUser_IsEPERM(string target) => OnSmall(target, static fs =>
    {
        fs.As(Caller.User).Freeze().Fails(EPERM);
        fs.As(Caller.User).Thaw().Fails(EPERM);
    });

    [Theory, Promise]
    public void Frozen_AWriterWaits_UntilThaw(string target) => OnSmall(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Freeze().Ok();
        Task<Outcome<long>> writer = Task.Run(() => fs.PWrite(file, "X"u8, 0));
        bool isDone = writer.Wait(30);
        string seen = fs.Text(file);
        fs.Thaw().Ok();
        Assert.False(isDone);
        Assert.Equal("abc", seen);
        writer.GetAwaiter().GetResult().Is(1);
        Assert.Equal("Xbc", fs.Text(file));
    });

    [Theory, Promise("names")]
    public void AfterThaw_EverythingChangesAgain(string target) => OnSmall(target, static fs =>
    {
        fs.Freeze().Ok();
        fs.Thaw().Ok();
        fs.MakeFile("/f", "abc");
        fs.Rename("/f", "/g").Ok();
        Assert.Equal("abc", fs.Content("/g"));
    });
}
