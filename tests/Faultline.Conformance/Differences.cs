// Where a target does not keep a promise, and why that is right, or known.

using System.Collections.Generic;

namespace Faultline.Conformance;

/// <summary>Known differences: the named test must fail on the target.</summary>
internal static class Differences
{
    internal static readonly IReadOnlyDictionary<(string Target, string Test), string> All =
        new Dictionary<(string Target, string Test), string>
        {
            [("kernel-tmpfs", "TruncateTests.BeyondTheLargestFile_IsEFBIG")] = NoLargest,
            [("kernel-tmpfs", "ReadWriteTests.Write_BeyondTheLargestFile_IsEFBIG")] = NoLargest,
            [("kernel-tmpfs", "ReadWriteTests.Direct_UnalignedOffset_IsEINVAL")] =
                "the kernel's tmpfs takes O_DIRECT and goes through the page cache, where nothing need be aligned",
            [("kernel-tmpfs", "FallocateTests.Zero_MakesZeroes_AndKeepsTheRest")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Zero_BeyondTheEnd_ExtendsTheFile")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Zero_KeepSize_LeavesTheSize")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Collapse_TakesTheRangeOut")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Collapse_OfPartOfABlock_IsEINVAL")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Collapse_ToTheEnd_IsEINVAL")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Insert_MovesTheRestUp_AndLeavesAHole")] = NoSuchMode,
            [("kernel-tmpfs", "FallocateTests.Insert_AtTheEnd_IsEINVAL")] = NoSuchMode,
            [("kernel-tmpfs", "FreezeTests.Frozen_ReadsAndStatsGoOn")] = NoFreeze,
            [("kernel-tmpfs", "FreezeTests.Frozen_AWriterWaits_UntilThaw")] = NoFreeze,
            [("kernel-tmpfs", "FreezeTests.FreezeTwice_IsEBUSY")] = NoFreeze,
            [("kernel-tmpfs", "FreezeTests.AfterThaw_EverythingChangesAgain")] = NoFreeze,
            [("faultline-tmpfs", "FallocateTests.Collapse_TakesTheRangeOut")] = NoShift,
            [("faultline-tmpfs", "FallocateTests.Collapse_OfPartOfABlock_IsEINVAL")] = NoShift,
            [("faultline-tmpfs", "FallocateTests.Collapse_ToTheEnd_IsEINVAL")] = NoShift,
            [("faultline-tmpfs", "FallocateTests.Insert_MovesTheRestUp_AndLeavesAHole")] = NoShift,
            [("faultline-tmpfs", "FallocateTests.Insert_AtTheEnd_IsEINVAL")] = NoShift,
            [("faultline-tmpfs", "ReadWriteTests.Direct_UnalignedOffset_IsEINVAL")] =
                "as on the kernel's tmpfs, O_DIRECT goes through the page cache, where nothing need be aligned",
            [("faultline-tmpfs", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] =
                "Linux opens it for ioctl(2) alone; there is none here, and EINVAL says so",
        };

    private const string NoShift = "as on the kernel's tmpfs, data do not move within a file";
    private const string NoFreeze = "the kernel's tmpfs cannot be frozen: FIFREEZE answers EOPNOTSUPP";
    private const string NoLargest = "the kernel's tmpfs has files up to the largest offset there is";
    private const string NoSuchMode = "the kernel's tmpfs allocates and punches holes, and answers EOPNOTSUPP to every other mode";
}
