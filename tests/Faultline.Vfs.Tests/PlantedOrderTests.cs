// Goal: a driver that takes two locks in both orders is reported, though no thread ever waits. Method: a planted driver
// whose look-up takes attributes then map, and whose attribute read takes map then attributes, each run once, one after
// the other, under a validator of the test's own.

using System;
using Faultline.Locking;
using Faultline.Locking.Validation;

namespace Faultline.Vfs.Tests;

public sealed class PlantedOrderTests
{
    [Fact]
    public void DriverThatTakesTwoLocksInBothOrders_IsReported()
    {
        PlantedDriver driver = new();
        LockValidator validator = new();
        using (validator.Use())
        {
            driver.LookUp();
            Assert.Empty(validator.Reports);
            driver.ReadAttribute();
        }

        LockReport report = Assert.Single(validator.Reports);
        string text = report.ToString();
        Assert.Contains("i_data_sem", text, StringComparison.Ordinal);
        Assert.Contains("xattr_sem", text, StringComparison.Ordinal);
    }

    private sealed class PlantedDriver
    {
        private readonly RwSemaphore _xattr = new(LockClasses.Xattr.For("plantedfs"));
        private readonly RwSemaphore _map = new(LockClasses.BlockMap.For("plantedfs"));

        internal void LookUp()
        {
            using ExclusiveGuard attributes = _xattr.AcquireExclusive();
            using ExclusiveGuard map = _map.AcquireExclusive();
        }

        internal void ReadAttribute()
        {
            using ExclusiveGuard map = _map.AcquireExclusive();
            using ExclusiveGuard attributes = _xattr.AcquireExclusive();
        }
    }
}
