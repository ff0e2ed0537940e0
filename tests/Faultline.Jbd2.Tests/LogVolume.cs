// Goal: a volume of numbered blocks for logs to work on. A block's first eight bytes are its contents, the next four
// the sum that its seal writes and its verifier demands.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Jbd2.Transactions;

namespace Faultline.Jbd2.Tests;

internal static class LogVolume
{
    internal const int BlockSize = 1024;

    internal static readonly Reason Bad = new("Test.Bad", Errno.EUCLEAN, "wrong sum");

    internal static readonly BlockFormat Sealed = new("sealed", Verify, Seal);

    internal static readonly BlockFormat Plain =
        new("plain", static (ReadOnlySpan<byte> _, BlockNumber _, in BlockContext _) => Result.Ok);

    internal static ulong Value(ReadOnlySpan<byte> bytes) => Disk.View<LeUInt64>(bytes);

    internal static ulong OnDevice(IBlockDevice device, ulong block)
    {
        byte[] bytes = new byte[BlockSize];
        device.Read((long)block * BlockSize, bytes);
        return Value(bytes);
    }

    internal static void Set(MetadataHandle handle, BufferCache buffers, ulong block, ulong value)
    {
        MetadataBuffer buffer = buffers.Read(new BlockNumber(block), Plain, default);
        Disk.Overlay<LeUInt64>(handle.Change(buffer)) = value;
    }

    internal static TransactionId Commit(MetadataLog log, BufferCache buffers, params (ulong Block, ulong Value)[] sets)
    {
        TransactionId id = Change(log, buffers, sets);
        log.WaitDurable(id, needsFlush: false).ThrowIfError();
        return id;
    }

    internal static TransactionId Change(MetadataLog log, BufferCache buffers, params (ulong Block, ulong Value)[] sets)
    {
        using MetadataHandle handle = log.Start(sets.Length).OrThrow();
        foreach ((ulong block, ulong value) in sets)
        {
            Set(handle, buffers, block, value);
        }

        return handle.Transaction;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes, BlockNumber block) =>
        Crc32c.Update((uint)block.Value, bytes.Slice(0, 8));

    private static Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context) =>
        Disk.View<LeUInt32>(bytes, 8) == Sum(bytes, block) ? Result.Ok : Bad.At(context.Inode, block);

    private static void Seal(Span<byte> bytes, BlockNumber block, in BlockContext context) =>
        Disk.Overlay<LeUInt32>(bytes, 8) = Sum(bytes, block);
}
