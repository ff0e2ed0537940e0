// Tests that take a protection of the product away do so for the whole process: no other test may run beside them, or
// it meets the planted defect, too. That is what a seldom wrong byte of the volumes' tests once was.

namespace Faultline.Testing;

/// <summary>Tests with a planted defect; each runs while no other test of the process does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PlantedCollection
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "planted defects";
}
