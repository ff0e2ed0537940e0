// The kernel's own calls, as thin as they come.

using System.Runtime.InteropServices;

namespace Faultline.Bench.Reads;

internal static unsafe partial class Kernel
{
    internal const int AdviseDontNeed = 4;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static partial nint ReadAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    internal static partial int Advise(int descriptor, long offset, long length, int advice);
}
