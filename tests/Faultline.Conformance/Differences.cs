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
            [("faultline-tmpfs", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] = NoIoctl,
            [("faultline-ext4", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] = NoIoctl,
            [("faultline-ext4-nojournal", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] = NoIoctl,
            [("faultline-ext3", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] = NoIoctl,
            [("faultline-ext2", "OpenTests.AccessModeOfBothBits_ReadsNorWrites")] = NoIoctl,
            [("faultline-ext3", "ChModTests.Fallocate_ByAUser_ClearsSetuid")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocate_InsideTheFile_KeepsTheSize")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocate_KeepSize_LeavesTheSize")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocate_KeepsData")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocate_OfOddRange_EndsWhereAsked")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocate_TakesSpace_AndExtendsTheFile")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Allocated_IsWrittenAndReadLikeAny")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Collapse_OfPartOfABlock_IsEINVAL")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Collapse_TakesTheRangeOut")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Collapse_ToTheEnd_IsEINVAL")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Insert_AtTheEnd_IsEINVAL")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Insert_MovesTheRestUp_AndLeavesAHole")] = NoExtents,
            [("faultline-ext3", "FallocateTests.MoreThanThereIs_IsENOSPC_AndTheFileIsUsable")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Zero_BeyondTheEnd_ExtendsTheFile")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Zero_KeepSize_LeavesTheSize")] = NoExtents,
            [("faultline-ext3", "FallocateTests.Zero_MakesZeroes_AndKeepsTheRest")] = NoExtents,
            [("faultline-ext3", "SeekTests.UnwrittenSpace_IsAHole")] = NoExtents,
            [("faultline-ext3", "TimesTests.Call_MovesTheTimesItShould_AndNoOthers(fallocate)")] = NoExtents,
            [("faultline-ext2", "ChModTests.Fallocate_ByAUser_ClearsSetuid")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocate_InsideTheFile_KeepsTheSize")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocate_KeepSize_LeavesTheSize")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocate_KeepsData")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocate_OfOddRange_EndsWhereAsked")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocate_TakesSpace_AndExtendsTheFile")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Allocated_IsWrittenAndReadLikeAny")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Collapse_OfPartOfABlock_IsEINVAL")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Collapse_TakesTheRangeOut")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Collapse_ToTheEnd_IsEINVAL")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Insert_AtTheEnd_IsEINVAL")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Insert_MovesTheRestUp_AndLeavesAHole")] = NoExtents,
            [("faultline-ext2", "FallocateTests.MoreThanThereIs_IsENOSPC_AndTheFileIsUsable")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Zero_BeyondTheEnd_ExtendsTheFile")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Zero_KeepSize_LeavesTheSize")] = NoExtents,
            [("faultline-ext2", "FallocateTests.Zero_MakesZeroes_AndKeepsTheRest")] = NoExtents,
            [("faultline-ext2", "SeekTests.UnwrittenSpace_IsAHole")] = NoExtents,
            [("faultline-ext2", "TimesTests.Call_MovesTheTimesItShould_AndNoOthers(fallocate)")] = NoExtents,
        };

    private const string NoExtents =
        "as on Linux, a file with a map of pointers cannot have allocated blocks without contents, nor shift them: EOPNOTSUPP";
    private const string NoIoctl = "Linux opens it for ioctl(2) alone; there is none here, and EINVAL says so";
    private const string NoShift = "as on the kernel's tmpfs, data do not move within a file";
    private const string NoFreeze = "the kernel's tmpfs cannot be frozen: FIFREEZE answers EOPNOTSUPP";
    private const string NoLargest = "the kernel's tmpfs has files up to the largest offset there is";
    private const string NoSuchMode = "the kernel's tmpfs allocates and punches holes, and answers EOPNOTSUPP to every other mode";
}
