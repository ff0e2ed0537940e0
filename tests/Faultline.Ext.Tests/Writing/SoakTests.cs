// Goal: threads that do everything at once to one volume meet no exception, no wrong byte and no deadlock; afterwards
// e2fsck finds nothing wrong. A campaign: FAULTLINE_SOAK_SECONDS=600 ./test Soak

using System;
using System.Globalization;
using System.IO;
using Faultline.Block.Devices;
using Faultline.Locking;
using Faultline.Soak;
using Xunit.Abstractions;

namespace Faultline.Ext.Tests.Writing;

public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Threads = 16;
    private const ulong Seed = 20261120;

    [Theory]
    [InlineData("-t ext4 -b 1024 -N 96")]
    [InlineData("-t ext4 -b 4096 -N 96 -O ^has_journal")]
    public void ManyThreads_LeaveACleanVolume(string arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string? given = Environment.GetEnvironmentVariable("FAULTLINE_SOAK_SECONDS");
        int seconds = given is null ? 4 : int.Parse(given, CultureInfo.InvariantCulture);
        using ExtImage image = new(16L << 20, arguments.Split(' '));
        int reports = Lockdep.Reports.Count;
        SoakRun run;
        using (FileDevice device = FileDevice.Open(image.Path, FileAccess.ReadWrite))
        {
            run = new SoakRun(Threads, seconds, Seed, new ExtSoakTarget(device));
            run.Run();
        }

        output.WriteLine(run.Describe());
        Tool.Run("e2fsck", "-fn", image.Path);
        Assert.True(Lockdep.Enabled);
        Assert.Empty(run.Failures);
        Assert.Equal(reports, Lockdep.Reports.Count);
        Assert.Equal(run.ExpectedKinds, run.SucceededKinds);
    }
}
