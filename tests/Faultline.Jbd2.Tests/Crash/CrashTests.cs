// Goal: whatever moment the power goes, and whatever part of what was in flight is on the device, the replay leaves a
// committed prefix, with all that was waited for. And: the method finds mistakes.

using System.Collections.Generic;
using Faultline.Jbd2.Writing;

namespace Faultline.Jbd2.Tests.Crash;

public sealed class CrashTests
{
    public static TheoryData<string, bool, int> Forms => new()
    {
        { "^metadata_csum,^64bit", false, 1 },
        { "metadata_csum,64bit", true, 2 },
        { "metadata_csum,64bit", true, 3 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryCrash_LeavesACommittedPrefix(string features, bool hasChecksums, int seed)
    {
        using LogImage image = new(features);
        CrashRun run = new(image, (ulong)seed, Planted.None, new JournalWants(hasChecksums, hasChecksums));
        Assert.Null(run.Run(toolEvery: 100));
        Assert.True(run.CrashCount > 300, $"{run.CrashCount}");
        Assert.True(run.ToolCount > 2, $"{run.ToolCount}");
    }

    [Theory]
    [InlineData(Planted.NoFlushBeforeCommit)]
    [InlineData(Planted.NoFlushAfterCommit)]
    [InlineData(Planted.NoFlushBeforeTail)]
    [InlineData(Planted.NoRevoke)]
    public void APlantedMistake_IsFound(Planted planted)
    {
        using LogImage image = new("^metadata_csum,^64bit");
        List<string> found = [];
        for (ulong seed = 0; (seed < 8) && (found.Count == 0); seed++)
        {
            string? wrong = new CrashRun(image, seed, planted, default).Run(toolEvery: int.MaxValue);
            if (wrong is not null)
            {
                found.Add(wrong);
            }
        }

        Assert.NotEmpty(found);
    }
}
