// What the host did not let us set.

using Faultline.Abi;

namespace Faultline.Extraction;

/// <summary>What the host did not let us set; OK where it did or was not asked.</summary>
/// <param name="Owner">chown.</param>
/// <param name="Mode">chmod.</param>
/// <param name="Times">utimens.</param>
internal readonly record struct HostErrors(Errno Owner, Errno Mode, Errno Times);
