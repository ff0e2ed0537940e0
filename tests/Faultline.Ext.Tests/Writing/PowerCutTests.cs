// Goal: whatever moment the power goes, and whatever part of what was in flight is on the device, the kernel mounts the
// volume, e2fsck then finds nothing wrong, and every file that was fsynced is there. So does our own mount.
// Method: random names and fsynced files on a recorded device; the image after a random write of a random epoch, with
// random blocks of the epoch's writes missing.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Ext.Tests.Writing;

public sealed class PowerCutTests
{
    private const int BlockSize = 1024;
    private const int CutCount = 24;

    private readonly List<Kept> _kept = [];

    [Theory]
    [InlineData("-t ext4 -b 1024", 1)]
    [InlineData("-t ext3 -b 1024", 2)]
    [InlineData("-t ext4 -b 1024 -O orphan_file,^metadata_csum -J size=1", 3)]
    public void EveryCut_LeavesASoundVolume(string features, int seed)
    {
        ArgumentNullException.ThrowIfNull(features);
        using ExtImage image = new(24L << 20, features.Split(' '));
        byte[] initial = File.ReadAllBytes(image.Path);
        RecordingDevice recording = new(MemoryDevice.Of(initial));
        Work(recording, (ulong)seed);
        RecordedWrite[] writes = [.. recording.Writes.OrderBy(static write => write.Epoch)];
        Prng random = new((ulong)seed);
        for (int cut = 0; cut < CutCount; cut++)
        {
            int issued = (int)random.Below(writes.Length + 1);
            int epoch = issued == 0 ? 0 : writes[issued - 1].Epoch;
            byte[] bytes = Cut(initial, writes, issued, random);
            File.WriteAllBytes(image.Path, bytes);
            string where = $"seed {seed}, cut {cut}: {issued} of {writes.Length} writes, epoch {epoch}";
            Kept[] expected = [.. _kept.Where(kept => (kept.WriteCount <= issued) && (kept.Epoch <= epoch))];
            if (cut % 2 == 0)
            {
                RecoverByKernel(image, expected, where);
            }
            else
            {
                RecoverByOurs(image, bytes, expected, where);
            }
        }
    }

    private static byte[] Cut(byte[] initial, RecordedWrite[] writes, int issued, Prng random)
    {
        byte[] bytes = (byte[])initial.Clone();
        int epoch = issued == 0 ? 0 : writes[issued - 1].Epoch;
        bool isWhole = random.OneIn(4);
        for (int index = 0; index < issued; index++)
        {
            RecordedWrite write = writes[index];
            if (write.Kind == RecordedKind.Discard)
            {
                continue; // what is there may stay
            }

            byte[] data = write.Kind == RecordedKind.Write ? write.Data : new byte[write.Length];
            for (int at = 0; at < data.Length; at += BlockSize)
            {
                if ((write.Epoch < epoch) || isWhole || random.OneIn(2))
                {
                    int length = Math.Min(BlockSize, data.Length - at);
                    data.AsSpan(at, length).CopyTo(bytes.AsSpan((int)write.Offset + at));
                }
            }
        }

        return bytes;
    }

    private static SuperBlock MountOurs(IBlockDevice device) => new ExtFileSystemType().Mount(new MountContext(
        device, new FolioPool(64L << 20), MountOptions.Parse("rw").OrThrow(), SystemClock.Instance)).OrThrow();

    private static byte[] Contents(int index)
    {
        byte[] contents = new byte[100 + (index * 7919 % 30_000)];
        contents.AsSpan().Fill((byte)(1 + (index % 250)));
        return contents;
    }

    private static void RecoverByKernel(ExtImage image, Kept[] expected, string where)
    {
        using (KernelMount mount = new(image.Path))
        {
            foreach (Kept kept in expected)
            {
                Assert.True(File.Exists(mount.At(kept.Name)), $"{where}: {kept.Name} is missing");
                Assert.True(
                    File.ReadAllBytes(mount.At(kept.Name)).AsSpan().SequenceEqual(Contents(kept.Index)),
                    $"{where}: {kept.Name} has other contents");
            }
        }

        Check(image, $"{where}, recovered by the kernel");
    }

    private static void RecoverByOurs(ExtImage image, byte[] bytes, Kept[] expected, string where)
    {
        MemoryDevice device = MemoryDevice.Of(bytes);
        using (SuperBlock volume = MountOurs(device))
        {
            Mount mount = new(volume, Credentials.Root);
            foreach (Kept kept in expected)
            {
                byte[] wanted = Contents(kept.Index);
                byte[] found = new byte[wanted.Length];
                byte[] path = Encoding.UTF8.GetBytes("/" + kept.Name);
                using OpenFile file = mount.Open(path, OpenFlags.O_RDONLY, 0).OrThrow();
                Assert.Equal(wanted.Length, file.Read(0, found).OrThrow());
                Assert.True(found.AsSpan().SequenceEqual(wanted), $"{where}: {kept.Name} has other contents");
            }

            volume.Sync().ThrowIfError();
        }

        device.Read(0, bytes);
        File.WriteAllBytes(image.Path, bytes);
        Check(image, $"{where}, recovered by ours");
    }

    private static void Check(ExtImage image, string where)
    {
        try
        {
            _ = Tool.Run("e2fsck", "-fn", image.Path);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            Assert.Fail($"{where}: {failure.Message}");
        }
    }

    private void Work(RecordingDevice recording, ulong seed)
    {
        NamesModel model = new(seed);
        using SuperBlock volume = MountOurs(recording);
        Mount mount = new(volume, Credentials.Root);
        for (int index = 0; index < 40; index++)
        {
            model.Run(mount, 15);
            string name = string.Create(CultureInfo.InvariantCulture, $"kept{index}");
            using (OpenFile file = mount.Open(
                Encoding.UTF8.GetBytes("/" + name), OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0x1A4).OrThrow())
            {
                byte[] contents = Contents(index);
                Assert.Equal(contents.Length, file.Write(0, contents).OrThrow());
                file.Sync().ThrowIfError();
            }

            _kept.Add(new Kept(name, index, recording.Writes.Count, recording.Epoch));
            if (index % 10 == 9)
            {
                volume.Sync().ThrowIfError();
            }
        }
    }

    private sealed record Kept(string Name, int Index, int WriteCount, int Epoch);
}
