// The second range of an entry.

namespace Faultline.Locking.Ranges;

/// <summary>A range, both ends inclusive.</summary>
/// <param name="First">First folio index.</param>
/// <param name="Last">Last folio index.</param>
internal sealed record RangePart(long First, long Last);
