// The images are made once for all tests.

namespace Faultline.Fuzz;

/// <summary>Tests over the images.</summary>
[CollectionDefinition(Name)]
public sealed class ImageCollection : ICollectionFixture<BaseImages>
{
    internal const string Name = "images";
}
