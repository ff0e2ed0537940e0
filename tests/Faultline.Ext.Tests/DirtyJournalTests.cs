// Goal: a dirty volume opened for reading shows exactly what the kernel shows after its own replay,
// and its image stays untouched. Method: the kernel writes and is cut off; we open the image; the
// kernel replays a copy; both trees are compared.

using System.IO;
using System.Security.Cryptography;
using Faultline.Base;
using Faultline.Block.Devices;

namespace Faultline.Ext.Tests;

public sealed class DirtyJournalTests
{
    private const string Changes = """
        echo one > first; mkdir d; for i in $(seq 1 200); do echo $i > d/name-$i; done; xfs_io -c syncfs .
        ln first d/linked; mv d/name-7 seven; rm d/name-8; ln -s target link; mkdir d/e
        dd if=/dev/urandom of=data bs=1k count=300 status=none; xfs_io -c fsync data
        rm -r d/e; echo more >> first; xfs_io -c fsync first; setfattr -n user.a -v b first
        truncate -s 5000 data; xfs_io -c fsync data; xfs_io -c fsync .
        """;

    private const string FastChanges = """
        echo base > base; mkdir dir; xfs_io -c syncfs .
        head -c 10000 /dev/urandom > new; xfs_io -c fsync new
        ln base dir/linked; xfs_io -c fsync base; mv new dir/renamed; xfs_io -c fsync dir/renamed
        truncate -s 5000 dir/renamed; xfs_io -c fsync dir/renamed
        xfs_io -c 'pwrite -q 40960 4096' -c fsync base; rm dir/linked; xfs_io -c fsync base
        fallocate -p -o 0 -l 4096 dir/renamed; xfs_io -c fsync dir/renamed
        for i in $(seq 1 60); do echo $i > dir/file-$i; done; xfs_io -c fsync dir/file-60
        """;

    [Theory]
    [InlineData("-t ext4 -b 4096", "rw", Changes)]
    [InlineData("-t ext4 -b 1024", "rw", Changes)]
    [InlineData("-t ext4 -b 4096 -O ^64bit", "rw", Changes)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum", "rw", Changes)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum", "rw,journal_checksum", Changes)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,^64bit", "rw,journal_checksum", Changes)]
    [InlineData("-t ext3 -b 1024 -I 128", "rw", Changes)]
    [InlineData("-t ext4 -b 1024 -J size=1", "rw", Changes)]
    [InlineData("-t ext4 -b 4096", "rw,data=journal", Changes)]
    [InlineData("-t ext4 -b 4096 -O inline_data,orphan_file", "rw", Changes)]
    [InlineData("-t ext4 -b 4096 -O fast_commit", "rw", FastChanges)]
    [InlineData("-t ext4 -b 1024 -O fast_commit", "rw", FastChanges)]
    public void DirtyVolume_ShowsWhatTheKernelShowsAfterItsReplay(
        string arguments, string options, string script)
    {
        using ExtImage image = new(64L << 20, [.. arguments.Split(' '), "-E", "lazy_itable_init=0"]);
        using (KernelMount mount = new(image.Path, options))
        {
            mount.Shell(script);
            mount.ShutDown();
        }

        byte[] before = SHA256.HashData(File.ReadAllBytes(image.Path));
        using FileDevice device = FileDevice.Open(image.Path);
        ExtVolume volume = ExtImage.Open(device);
        Assert.True(volume.Super.NeedsRecovery);
        Assert.NotNull(volume.Recovery);
        Assert.True(volume.Recovery.WasDirty);
        Assert.Equal(script == FastChanges, volume.FastCommits is not null);

        string copy = image.Path + ".copy";
        File.Copy(image.Path, copy);
        using (KernelMount replayed = new(copy))
        {
            int count = TreeComparison.Compare(
                volume, replayed.Path, volume.Inodes.Read(new InodeNumber(2)).OrThrow());
            Assert.True(count > 4);
        }

        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(image.Path)));
    }

    [Fact]
    public void ExternalJournal_IsReplayedWhenItIsGiven()
    {
        using ExtImage journal = new(8L << 20, "-O", "journal_dev", "-b", "4096");
        string journalLoop = Tool.Run("losetup", "--find", "--show", journal.Path).Trim();
        try
        {
            using ExtImage image = new(
                64L << 20, "-t", "ext4", "-b", "4096", "-J", $"device={journalLoop}");
            using (KernelMount mount = new(image.Path, $"rw,journal_path={journalLoop}"))
            {
                mount.Shell("echo one > first; xfs_io -c syncfs .; mkdir d; echo two > d/second; xfs_io -c fsync d/second");
                mount.ShutDown();
            }

            using FileDevice device = FileDevice.Open(image.Path);
            using FileDevice journalDevice = FileDevice.Open(journal.Path);
            Assert.Same(
                ExtReasons.JournalMissing,
                ExtVolume.Open(device, new ExtOpenOptions()).Error.Reason);
            Assert.Same(
                ExtReasons.JournalForeignUuid,
                ExtVolume.Open(device, new ExtOpenOptions { JournalDevice = device }).Error.Reason);
            ExtVolume volume = ExtImage.Open(
                device, new ExtOpenOptions { JournalDevice = journalDevice });
            Assert.True(volume.Recovery!.TransactionCount > 0);
            Assert.Equal(
                "two\n"u8.ToArray(), ExtImage.ReadAll(volume, ExtImage.Walk(volume, "/d/second")));
            ExtVolume stale = ExtImage.Open(device, new ExtOpenOptions { NoRecovery = true });
            Assert.Null(stale.Recovery);
        }
        finally
        {
            Tool.Run("losetup", "-d", journalLoop);
        }
    }
}
