// Goal: what a transaction freed leaves the quarantine when that transaction is durable, not with an earlier one.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;

namespace Faultline.Ext.Tests.Writing;

public sealed class QuarantineTests
{
    [Fact]
    public void Runs_LeaveWithTheirTransaction()
    {
        Quarantine quarantine = new("ext4");
        Assert.Null(quarantine.Newest);
        quarantine.Add(new TransactionId(1), new BlockRun(10, 1));
        quarantine.Add(new TransactionId(1), new BlockRun(11, 2)); // joined with the one before
        quarantine.Add(new TransactionId(1), new BlockRun(9, 1)); // and in front
        quarantine.Add(new TransactionId(2), new BlockRun(12, 1)); // continues it, but in another transaction
        quarantine.Add(new TransactionId(2), new BlockRun(30, 1));
        quarantine.Add(new TransactionId(3), new BlockRun(40, 1));
        Assert.Equal(new TransactionId(3), quarantine.Newest);
        Assert.Empty(Take(quarantine, 0));
        Assert.Equal([new BlockRun(9, 4)], Take(quarantine, 1));
        Assert.Equal([new BlockRun(12, 1), new BlockRun(30, 1)], Take(quarantine, 2));
        Assert.Empty(Take(quarantine, 2));
        Assert.Equal([new BlockRun(40, 1)], Take(quarantine, 4));
        Assert.Null(quarantine.Newest);
    }

    private static List<BlockRun> Take(Quarantine quarantine, uint durable)
    {
        List<BlockRun> taken = [];
        while (quarantine.TryTake(new TransactionId(durable), out BlockRun run))
        {
            taken.Add(run);
        }

        return taken;
    }
}
