// Asks Linux to back folio memory with huge pages: fewer TLB misses on large working sets. A hint: failure is fine.

using System;
using System.Runtime.InteropServices;

namespace Faultline.PageCache.Memory;

/// <summary>madvise(MADV_HUGEPAGE) where the host has it.</summary>
internal static partial class HugePages
{
    private const int MadvHugePage = 14;

    /// <summary>Asks for huge pages.</summary>
    /// <param name="address">Page-aligned address.</param>
    /// <param name="length">Bytes.</param>
    internal static void Advise(nint address, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            // OK: because a kernel without huge pages answers EINVAL and nothing is lost.
            _ = MemoryAdvise(address, (nuint)length, MadvHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(nint address, nuint length, int advice);
}
