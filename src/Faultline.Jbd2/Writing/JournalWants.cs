// What a volume wants of the journal it writes.

namespace Faultline.Jbd2.Writing;

/// <summary>What a volume wants of the journal it writes; features that are there already stay.</summary>
/// <param name="Is64Bit">Block numbers need 64 bits.</param>
/// <param name="HasChecksums">Blocks of the journal have checksums: version 3, unless it has version 2.</param>
public readonly record struct JournalWants(bool Is64Bit, bool HasChecksums);
