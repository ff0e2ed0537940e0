// Goal: what is copied out or archived is what was in the volume, judged by diff, tar, getfattr and stat; and nothing
// outside the target is written, whatever the image says.

using System;
using System.IO;
using System.Linq;
using Faultline.Extraction;

namespace Faultline.Tests;

public sealed class ExtractionTests(SampleImage sample) : IClassFixture<SampleImage>
{
    private const string Facts =
        "find . -mindepth 1 -not -name lost+found -printf '%P %y %m %U %G %n %T@ %l\\n' | sed 's/\\.0000000000 / /; s/\\(\\.[0-9]*\\) / /' | sort";

    [Fact]
    public void Tree_ComesOutAsItWentIn()
    {
        string target = Directory.CreateDirectory(sample.At("out")).FullName;
        using FileSystem volume = FileSystem.Open(sample.Image);
        ExtractionResult result = volume.Extract("/", target);
        Assert.Empty(result.Problems);
        AssertSame(target);
        Assert.Equal(
            SampleImage.Shell($"stat -c %i {target}/hello.txt"), SampleImage.Shell($"stat -c %i {target}/dir/hard"));
        Assert.True(long.Parse(SampleImage.Shell($"stat -c %b {target}/sparse")) < 200);
    }

    [Fact]
    public void Tar_IsReadByGnuTar()
    {
        string target = Directory.CreateDirectory(sample.At("untar")).FullName;
        using FileSystem volume = FileSystem.Open(sample.Image);
        using (FileStream archive = File.Create(sample.At("a.tar")))
        {
            Assert.Empty(volume.ExportTar("/", archive).Problems);
        }

        SampleImage.Shell($"tar --xattrs --xattrs-include='*' -xpf {sample.At("a.tar")} -C {target} --same-owner");
        AssertSame(target);
        Assert.True(long.Parse(SampleImage.Shell($"stat -c %b {target}/sparse")) < 200);
    }

    [Fact]
    public void OneFile_IsCopiedUnderAnotherName()
    {
        string target = Directory.CreateDirectory(sample.At("one")).FullName;
        using FileSystem volume = FileSystem.Open(sample.Image);
        _ = volume.Extract("/hello.txt", target, new ExtractionOptions { NewName = "renamed" });
        Assert.Equal("hello\n", File.ReadAllText(Path.Combine(target, "renamed")));
        _ = volume.Extract("/hello.txt", target, new ExtractionOptions { NewName = "renamed" });
    }

    [Fact]
    public void HostLinks_InTheTarget_AreNotFollowed()
    {
        string target = Directory.CreateDirectory(sample.At("trap")).FullName;
        string outside = Directory.CreateDirectory(sample.At("outside")).FullName;
        SampleImage.Shell($"ln -s {outside} {target}/dir; ln -s {outside}/file {target}/hello.txt");
        using FileSystem volume = FileSystem.Open(sample.Image);
        ExtractionResult result = volume.Extract("/", target);
        Assert.Contains(result.Problems, static problem => problem.Path.ToString() == "dir");
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal("hello\n", File.ReadAllText(Path.Combine(target, "hello.txt")));
        Assert.Null(new FileInfo(Path.Combine(target, "hello.txt")).LinkTarget);
    }

    // A directory whose entries say "..", "/" or the same name twice can only be made by hand.
    [Fact]
    public void HostileNames_StayInside()
    {
        string image = sample.At("hostile.img");
        string target = Directory.CreateDirectory(sample.At("hostile-out/in")).FullName;
        SampleImage.Shell($"""
            mkdir {sample.At("hsrc")}; cd {sample.At("hsrc")}
            mkdir AAAAAAAAAA; echo x > AAAAAAAAAA/inside; ln -s {sample.At("hostile-out")} BBBBBBBBBB; echo y > CC-evil-x
            mke2fs -q -t ext2 -O ^metadata_csum,^dir_index -d . {image} 4M
            """);
        byte[] bytes = File.ReadAllBytes(image);
        Replace(bytes, "CC-evil-x"u8, "../evil-x"u8);
        Replace(bytes, "AAAAAAAAAA"u8, "BBBBBBBBBB"u8);
        File.WriteAllBytes(image, bytes);
        using FileSystem volume = FileSystem.Open(image);
        ExtractionResult result = volume.Extract("/", target);
        Assert.NotEmpty(result.Problems);
        Assert.Equal(["in"], Directory.EnumerateFileSystemEntries(sample.At("hostile-out")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("/dir/..")]
    [InlineData("/..")]
    [InlineData("/dir/.")]
    public void SourceThatEndsInDots_IsMergedIntoTheTarget(string source)
    {
        string outer = Directory.CreateDirectory(sample.At("dots" + source.Length)).FullName;
        string inner = Directory.CreateDirectory(Path.Combine(outer, "inner")).FullName;
        using FileSystem volume = FileSystem.Open(sample.Image);
        _ = volume.Extract(source, inner);
        Assert.Equal(["inner"], Directory.EnumerateFileSystemEntries(outer).Select(Path.GetFileName));
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(inner));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("zero\0byte")]
    [InlineData("")]
    public void NewName_ThatIsNoComponent_IsRefused(string name)
    {
        using FileSystem volume = FileSystem.Open(sample.Image);
        FileSystemException thrown = Assert.Throws<FileSystemException>(
            () => volume.Extract("/hello.txt", sample.Folder, new ExtractionOptions { NewName = name }));
        Assert.Equal("Faultline.BadNewName", thrown.Reason);
    }

    [Fact]
    public void CapabilitiesAndAcls_SurviveCopyAndTar()
    {
        string image = sample.At("acl.img");
        string copy = Directory.CreateDirectory(sample.At("acl-copy")).FullName;
        string untar = Directory.CreateDirectory(sample.At("acl-tar")).FullName;
        SampleImage.Shell($"""
            mkdir {sample.At("acl-src")}; cd {sample.At("acl-src")}; echo x > cap; echo y > acl; mkdir d
            chown 1000:1000 cap; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 cap
            setfacl -m u:1234:r--,g:77:rwx acl; setfacl -d -m u:1234:rwx d
            mke2fs -q -t ext4 -d . {image} 8M
            """);
        using FileSystem volume = FileSystem.Open(image);
        Assert.Empty(volume.Extract("/", copy).Notes);
        using (FileStream archive = File.Create(sample.At("acl.tar")))
        {
            Assert.Empty(volume.ExportTar("/", archive).Problems);
        }

        SampleImage.Shell($"tar --xattrs --xattrs-include='*' --acls -xpf {sample.At("acl.tar")} -C {untar}");
        string expected = Attributes(sample.At("acl-src"));
        Assert.Contains("user:1234:r--", expected, StringComparison.Ordinal);
        Assert.Contains("security.capability=0x0100000200200000", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Attributes(copy));
        Assert.Equal(expected, Attributes(untar));
    }

    private static string Attributes(string folder) =>
        SampleImage.Shell($"cd {folder}; getfacl -n acl d cap; getfattr -d -m security.capability -e hex cap");

    private static void Replace(byte[] bytes, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        int at = bytes.AsSpan().IndexOf(from);
        Assert.True(at >= 0);
        to.CopyTo(bytes.AsSpan(at));
    }

    private void AssertSame(string target)
    {
        string source = sample.At("src");
        SampleImage.Shell($"diff -r --no-dereference -x fifo -x lost+found {source} {target}");
        Assert.Equal(
            SampleImage.Shell($"cd {source}; {Facts}"), SampleImage.Shell($"cd {target}; {Facts}"));
        string[] both = [source, target];
        string[] attributes = [.. both.Select(static folder =>
            SampleImage.Shell($"cd {folder}; getfattr -d -e hex hello.txt"))];
        Assert.Equal(attributes[0], attributes[1]);
        Assert.Contains("user.binary=0x00ff10", attributes[0], StringComparison.Ordinal);
    }
}
