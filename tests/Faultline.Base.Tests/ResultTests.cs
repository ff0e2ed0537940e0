// Goal: outcomes carry their errno and coordinates, and a value cannot be read from a failure.

using Faultline.Abi;

namespace Faultline.Base.Tests;

public sealed class ResultTests
{
    private static readonly Reason s_missing = new("Test.Missing", Errno.ENOENT, "name not found");

    [Fact]
    public void Failure_CarriesReasonErrnoAndCoordinates()
    {
        Result<int> result = s_missing.At(new InodeNumber(12), new BlockNumber(34));
        Assert.False(result.IsOk);
        Assert.Equal(Errno.ENOENT, result.Error.Errno);
        Assert.Equal("name not found [inode 12] [block 34] (ENOENT, Test.Missing)", result.Error.ToString());
    }

    [Fact]
    public void ReadingTheValueOfAFailure_IsABug()
    {
        Result<int> result = s_missing;
        Assert.Throws<CheckFailedException>(() => result.Value);
    }

    [Fact]
    public void DefaultResult_IsSuccess() => Assert.True(default(Result).IsOk);
}
