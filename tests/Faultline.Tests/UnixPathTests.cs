// Goal: names are bytes, and the string face loses none.

using System;
using Faultline.Paths;

namespace Faultline.Tests;

public sealed class UnixPathTests
{
    [Fact]
    public void EveryByteString_SurvivesTheStringFace()
    {
        Random random = MakeRandom();
        for (int turn = 0; turn < 2000; turn++)
        {
            byte[] bytes = new byte[random.Next(1, 20)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, new UnixPath(new UnixPath(bytes).ToString()).Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("größe/日本/🎉")]
    [InlineData("")]
    public void Text_SurvivesTheByteFace(string text) => Assert.Equal(text, new UnixPath(text).ToString());

    [Theory]
    [InlineData("/a/b", "b")]
    [InlineData("/a/b/", "b")]
    [InlineData("b", "b")]
    [InlineData("/", "")]
    public void Name_IsTheLastComponent(string path, string name) =>
        Assert.Equal(name, new UnixPath(path).Name.ToString());

#pragma warning disable RS0030 // A fixed seed: the run is the same each time.
    private static Random MakeRandom() => new(20260101);
#pragma warning restore RS0030
}
