// One tag of a descriptor block, decoded.

using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Recovery;

/// <summary>Where a journaled block belongs.</summary>
/// <param name="Target">Block of the volume.</param>
/// <param name="Flags">Flags.</param>
/// <param name="Checksum">Checksum, 16 or 32 bits wide, or 0.</param>
internal readonly record struct JournalTag(BlockNumber Target, TagFlags Flags, uint Checksum);
