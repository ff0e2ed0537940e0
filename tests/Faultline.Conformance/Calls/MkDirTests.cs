// mkdir(2)

namespace Faultline.Conformance.Calls;

public sealed class MkDirTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void MkDir_MakesAnEmptyDirectory_OfTwoLinks(string target) => On(target, static fs =>
    {
        fs.MkDir("/d", Scenes.Mode755).Ok();
        StatData stat = fs.Stat("/d").Ok();
        Assert.Equal((S_IFDIR, Scenes.Mode755, 2U), (stat.Type, stat.Permissions, stat.Links));
        Assert.Empty(fs.Names("/d"));
    });
}
