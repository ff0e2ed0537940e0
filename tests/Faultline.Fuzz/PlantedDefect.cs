// What a planted defect does with a number that it trusts.

namespace Faultline.Fuzz;

/// <summary>Kinds of planted defects.</summary>
internal enum PlantedDefect
{
    /// <summary>Indexes a table with it.</summary>
    Index,

    /// <summary>Allocates as it says.</summary>
    Allocate,

    /// <summary>Loops as it says.</summary>
    Loop,
}
