// What happened to a block.

using Faultline.Base;

namespace Faultline.Jbd2.Tests.Crash;

// Of a transaction (Value: what it set, or null when it freed the block), or data written to a block that was free
// (Transaction: the one that freed it; WriteCount and Epoch: when it was durable).
internal readonly record struct BlockEvent(
    TransactionId Transaction, ulong? Value, bool IsData, int WriteCount, int Epoch);
