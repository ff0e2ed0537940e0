// How a mutant was read.

namespace Faultline.Fuzz;

/// <summary>Outcomes, all of them good ones.</summary>
internal enum Verdict
{
    /// <summary>The volume was not opened, for a reason.</summary>
    Refused,

    /// <summary>Something could not be read, for a reason; the rest was.</summary>
    Problems,

    /// <summary>Everything was read.</summary>
    Clean,
}
