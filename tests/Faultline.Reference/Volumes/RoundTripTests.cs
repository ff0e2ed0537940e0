// Goal: what the kernel writes we change, what we write the kernel changes, round after round, and both see the same;
// e2fsck finds nothing wrong after any of them. Beside the tracked operations the kernel's side runs a stressor, whose
// files come and go.

using System;
using System.Globalization;
using System.IO;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Permissions;
using Xunit.Abstractions;

namespace Faultline.Reference.Volumes;

public sealed class RoundTripTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 5;
    private const int HostSteps = 1500;
    private const int OurSteps = 1500;

    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-rounds").FullName;

    [Theory]
    [InlineData("-t ext4")]
    [InlineData("-t ext4 -b 1024 -O inline_data")]
    [InlineData("-t ext4 -b 1024 -O bigalloc -C 8192")]
    [InlineData("-t ext3 -b 1024")]
    [InlineData("-t ext2")]
    public void KernelAndFaultline_ChangeOneVolumeInTurn(string features)
    {
        ArgumentNullException.ThrowIfNull(features);
        string image = Path.Combine(_folder, "image");
        using (FileStream stream = new(image, FileMode.Create))
        {
            stream.SetLength(96L << 20);
        }

        _ = Tool.Run("mke2fs", ["-q", "-F", "-N", "8192", "-m", "0", .. features.Split(' '), image]);
        bool isPointers = features.Contains("ext2", StringComparison.Ordinal)
            || features.Contains("ext3", StringComparison.Ordinal);
        VolumeRun run = new(9, 900) { HasExtents = !isPointers, ShiftUnit = 8192 };
        using FolioPool pool = new(64L << 20);
        for (int round = 0; round < Rounds; round++)
        {
            OnKernel(image, run);
            _ = Tool.Run("e2fsck", "-fn", image);
            using (FileDevice device = FileDevice.Open(image, FileAccess.ReadWrite))
            using (SuperBlock volume = VolumeTests.MountOn(device, pool))
            {
                run.Mount = new Mount(volume, Credentials.Root);
                run.CompareAll();
                run.Run(OurSteps);
                volume.Sync().ThrowIfError();
            }

            _ = Tool.Run("e2fsck", "-fn", image);
        }

        OnKernel(image, run);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{run.Steps} steps, {run.NameCount} names; {run.Counts()}"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void OnKernel(string image, VolumeRun run)
    {
        string point = Path.Combine(_folder, "mnt");
        _ = Directory.CreateDirectory(point);
        _ = Tool.Run("mount", "-o", "loop", image, point);
        try
        {
            run.CompareHost(point);
            _ = Tool.Run(
                "stress-ng", "--temp-path", point, "--timeout", "1", "--dir", "1", "--dir-ops", "50",
                "--fallocate", "1", "--fallocate-ops", "20", "--fallocate-bytes", "2m",
                "--rename", "1", "--rename-ops", "200", "-q");
            run.RunHost(point, HostSteps);
        }
        finally
        {
            Tool.Unmount(point);
        }
    }
}
