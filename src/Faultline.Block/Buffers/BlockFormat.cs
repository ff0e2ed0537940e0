// One kind of metadata block: its name, its verifier, and what writes its checksum. The buffer cache runs the
// verifier after a read, and a log before a write the same one: one function, two call sites.

namespace Faultline.Block.Buffers;

/// <summary>One kind of metadata block.</summary>
/// <param name="name">Name for messages.</param>
/// <param name="verify">The check; must not keep the span.</param>
/// <param name="seal">Writes the block's own checksum before the check that precedes a write; null when the block has
/// none, or whoever changes it keeps it right.</param>
public sealed class BlockFormat(string name, VerifyBlock verify, SealBlock? seal = null)
{
    /// <summary>Name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>The check.</summary>
    public VerifyBlock Verify { get; } = verify;

    /// <summary>Writes the block's own checksum, or null.</summary>
    public SealBlock? Seal { get; } = seal;
}
