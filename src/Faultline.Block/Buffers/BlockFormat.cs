// One kind of metadata block: its name and its verifier. The buffer cache runs the verifier after a
// read, and before a write the same one: one function, two call sites.

namespace Faultline.Block.Buffers;

/// <summary>One kind of metadata block.</summary>
/// <param name="name">Name for messages.</param>
/// <param name="verify">The check; must not keep the span.</param>
public sealed class BlockFormat(string name, VerifyBlock verify)
{
    /// <summary>Name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>The check.</summary>
    public VerifyBlock Verify { get; } = verify;
}
