// Room for the folios of one run, on the stack.

using System.Runtime.CompilerServices;

namespace Faultline.PageCache.Reading;

/// <summary>Up to 32 folios.</summary>
[InlineArray(32)]
internal struct FolioRun
{
    private Folio? _first;
}
