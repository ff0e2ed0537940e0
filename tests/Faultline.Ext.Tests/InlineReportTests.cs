// Goal: what stat(2) and fiemap say of a file in its inode is what the kernel says. Method: the kernel makes the files;
// the numbers were seen at its mount.

using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Iomap;

namespace Faultline.Ext.Tests;

public sealed class InlineReportTests
{
    [Theory]
    [InlineData("empty", 0, 0)]
    [InlineData("tiny", 11, 1)]
    [InlineData("longer", 100, 1)]
    public void InlineFile_ReportsItsBytes(string name, long length, ulong sectors)
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-O", "inline_data", "-I", "256");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell(": > empty; head -c 11 /dev/urandom > tiny; head -c 100 /dev/urandom > longer");
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord file = ExtImage.Walk(volume, name);
        Assert.Equal(sectors, ExtAttributes.Of(volume.Super, file).Sectors);
        ExtIomapOps ops = new(volume, file);
        Assert.True(ops.Begin(0, 1, IomapIntent.Report, out Iomap.Iomap iomap).IsOk);
        Assert.Equal(length > 0 ? IomapType.Inline : IomapType.Hole, iomap.Type);
        if (length > 0)
        {
            Assert.Equal(length, iomap.Length);
        }
    }
}
