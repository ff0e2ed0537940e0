// A file or block device on Linux, by system calls: preadv and pwritev take our vectors as they
// are, fdatasync is the flush, flock keeps a second writer out. The lock lives as long as the
// descriptor, so a process that dies leaves none behind. The class holds no lock of ours; the
// kernel serialises.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Faultline.Abi;

namespace Faultline.Block.Host;

/// <summary>A file or block device of Linux.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class LinuxFile : IHostFile
{
    private const int OpenCloseOnExec = 0x80000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int LockNone = 8;
    private const int SeekEnd = 2;
    private const int FallocateKeepSize = 1;
    private const int FallocatePunchHole = 2;
    private const int FallocateZeroRange = 0x10;
    private const int FadviseWillNeed = 3;
    private const int VectorCountMax = 1024; // IOV_MAX
    private const int TransferBytesMax = 0x4000_0000; // below the 2 GiB limit of read(2)
    private const nuint BlockGetSize64 = 0x8008_1272; // BLKGETSIZE64
    private const nuint BlockGetLogicalSize = 0x1268; // BLKSSZGET
    private const nuint BlockGetPhysicalSize = 0x127B; // BLKPBSZGET

    private readonly string _path;
    private int _descriptor;

    /// <summary>Opens and locks; FsException when the host refuses.</summary>
    /// <param name="path">Path on the host.</param>
    /// <param name="access">Read, or read and write.</param>
    internal LinuxFile(string path, FileAccess access)
    {
        _path = path;
        bool isWriter = (access & FileAccess.Write) != 0;
        // Without O_NONBLOCK the open of a fifo would wait for a writer for ever.
        int flags = OpenCloseOnExec
            | (int)OpenFlags.O_NONBLOCK
            | (int)(isWriter ? OpenFlags.O_RDWR : OpenFlags.O_RDONLY);
        _descriptor = OpenFile(path, flags, 0);
        if (_descriptor < 0)
        {
            throw Failure("open");
        }

        int mode = LockNonBlocking | (isWriter ? LockExclusive : LockShared);
        if (Lock(_descriptor, mode) != 0)
        {
            IOException failure = Failure(isWriter ? "lock for writing" : "lock for reading");
            Dispose();
            throw failure;
        }

        Measure();
    }

    /// <inheritdoc/>
    public long SizeBytes { get; private set; }

    /// <inheritdoc/>
    public int LogicalBlockSize { get; private set; } = 512;

    /// <inheritdoc/>
    public int PhysicalBlockSize { get; private set; } = 4096;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                int wanted = Math.Min(buffer.Length - done, TransferBytesMax);
                nint moved = ReadAt(_descriptor, start + done, (nuint)wanted, offset + done);
                done += Advance("read", moved, offset + done);
            }
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, ReadOnlySpan<IoVector> vectors) =>
        Transfer(offset, vectors, isWrite: false);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                int wanted = Math.Min(buffer.Length - done, TransferBytesMax);
                nint moved = WriteAt(_descriptor, start + done, (nuint)wanted, offset + done);
                done += Advance("write", moved, offset + done);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<IoVector> vectors) =>
        Transfer(offset, vectors, isWrite: true);

    /// <inheritdoc/>
    public void Flush()
    {
        if (SyncData(_descriptor) != 0)
        {
            throw Failure("fdatasync");
        }
    }

    /// <inheritdoc/>
    public bool TryPunchHole(long offset, long length) =>
        Allocate(_descriptor, FallocatePunchHole | FallocateKeepSize, offset, length) == 0;

    /// <inheritdoc/>
    public bool TryZeroRange(long offset, long length) =>
        Allocate(_descriptor, FallocateZeroRange | FallocateKeepSize, offset, length) == 0;

    /// <inheritdoc/>
    // The result says nothing: it is a hint.
    public void Prefetch(long offset, long length) =>
        _ = Advise(_descriptor, offset, length, FadviseWillNeed);

    /// <inheritdoc/>
    public void Dispose()
    {
        int descriptor = System.Threading.Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            // A process that is being started at this moment has a copy of the descriptor until it executes its
            // program, and would keep the lock that long.
            _ = Lock(descriptor, LockNone);

            // The result says nothing new: what must be durable was flushed.
            _ = CloseFile(descriptor);
        }
    }

    private void Measure()
    {
        long size;
        if (Control(_descriptor, BlockGetSize64, &size) == 0)
        {
            int logical;
            int physical;
            LogicalBlockSize =
                Control(_descriptor, BlockGetLogicalSize, &logical) == 0 ? logical : 512;
            PhysicalBlockSize =
                Control(_descriptor, BlockGetPhysicalSize, &physical) == 0 ? physical : 4096;
            SizeBytes = size;
            return;
        }

        size = Seek(_descriptor, 0, SeekEnd);
        if (size < 0)
        {
            IOException failure = HostErrors.From(Errno.ENXIO, $"size of {_path}");
            Dispose();
            throw failure;
        }

        SizeBytes = size;
    }

    private void Transfer(long offset, ReadOnlySpan<IoVector> vectors, bool isWrite)
    {
        while (!vectors.IsEmpty)
        {
            int count = 0;
            long wanted = 0;
            while ((count < vectors.Length) && (count < VectorCountMax))
            {
                // OK: because one vector is at most 2 GiB - 1, the first one always fits.
                if ((count > 0) && (wanted + vectors[count].Length > TransferBytesMax))
                {
                    break;
                }

                wanted += vectors[count].Length;
                count++;
            }

            TransferBatch(offset, vectors.Slice(0, count), wanted, isWrite);
            vectors = vectors.Slice(count);
            offset += wanted;
        }
    }

    private void TransferBatch(
        long offset, ReadOnlySpan<IoVector> batch, long wanted, bool isWrite)
    {
        nint moved;
        fixed (IoVector* first = batch)
        {
            moved = isWrite
                ? WriteVectors(_descriptor, first, batch.Length, offset)
                : ReadVectors(_descriptor, first, batch.Length, offset);
        }

        if (moved == wanted)
        {
            return;
        }

        if ((moved < 0) && (LastError() != Errno.EINTR))
        {
            throw Failure(isWrite ? "write" : "read");
        }

        // A partial transfer is finished piece by piece; it is too rare to be clever about.
        long skip = Math.Max(moved, 0);
        foreach (IoVector vector in batch)
        {
            int done = (int)Math.Min(skip, vector.Length);
            skip -= done;
            Span<byte> rest = vector.Span.Slice(done);
            if (!rest.IsEmpty)
            {
                TransferRest(offset + done, rest, isWrite);
            }

            offset += vector.Length;
        }
    }

    private void TransferRest(long offset, Span<byte> rest, bool isWrite)
    {
        if (isWrite)
        {
            Write(offset, rest);
            return;
        }

        Read(offset, rest);
    }

    private int Advance(string what, nint moved, long offset)
    {
        if (moved > 0)
        {
            return (int)moved;
        }

        if (moved == 0)
        {
            throw HostErrors.Short($"{what} {_path}", offset);
        }

        return LastError() == Errno.EINTR ? 0 : throw Failure(what);
    }

    private static Errno LastError() => (Errno)Marshal.GetLastPInvokeError();

    private Base.FsException Failure(string what) =>
        HostErrors.From(LastError(), $"{what} {_path}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint WriteAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "preadv", SetLastError = true)]
    private static partial nint ReadVectors(
        int descriptor, IoVector* vectors, int count, long offset);

    [LibraryImport("libc", EntryPoint = "pwritev", SetLastError = true)]
    private static partial nint WriteVectors(
        int descriptor, IoVector* vectors, int count, long offset);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(int descriptor);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(int descriptor, int mode, long offset, long length);
}
