// A range of pages to be read at once.

namespace Faultline.PageCache.Reading;

/// <summary>Pages to read ahead.</summary>
/// <param name="First">First page.</param>
/// <param name="Last">Last page.</param>
/// <param name="MarkIndex">The page whose first use starts the next window, or -1.</param>
/// <param name="Order">Largest folio order to use.</param>
public readonly record struct ReadaheadWindow(long First, long Last, long MarkIndex, int Order);
