// Goal: after a power cut at any point, what was synced is there, no file shows bytes of another, and the maps are
// sound. Method: files are written, cut, punched, moved and synced on a device that records; then for every flush,
// and for random subsets of what was written after it, the device is rebuilt, mounted and read. Each file writes
// bytes of its own range of values only. A longer campaign: FAULTLINE_CRASH_SEEDS=1000 ./test Reference.

using System;
using System.Collections.Generic;
using System.Globalization;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Iomap.Direct;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.Inodes;
using Xunit.Abstractions;

namespace Faultline.Reference;

public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Files = 4;
    private const int Steps = 60;
    private const int SizeMax = 60_000;
    private const int ValuesOfAFile = 50;
    private const int SubsetsOfAnEpoch = 2;

    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    public void PowerCut_AnyFlush_KeepsWhatWasSynced(int blockSizeBytes)
    {
        long images = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            images += RunSeed(seed, blockSizeBytes);
        }

        output.WriteLine($"{images} power cuts");
    }

    private static ulong Seeds =>
        ulong.TryParse(
            Environment.GetEnvironmentVariable("FAULTLINE_CRASH_SEEDS"), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : 3;

    private static int RunSeed(ulong seed, int blockSizeBytes)
    {
        using MemoryDevice inner = new(600 << 10);
        using FolioPool pool = new(8L << 20);
        using (PlainVolume made = PlainVolume.Format(inner, pool, blockSizeBytes))
        {
            for (int index = 0; index < Files; index++)
            {
                made.AddFile(Name(index)).Put();
            }

            made.SyncAll().ThrowIfError();
        }

        byte[] start = new byte[inner.SizeBytes];
        inner.Read(0, start);
        using RecordingDevice device = new(inner);
        List<Durable> promises = [];
        Run(device, pool, blockSizeBytes, seed, promises);
        return CutEverywhere(start, device, pool, blockSizeBytes, seed, promises);
    }

    private static void Run(
        RecordingDevice device, FolioPool pool, int blockSizeBytes, ulong seed, List<Durable> promises)
    {
        Prng random = new(seed);
        using PlainVolume volume = PlainVolume.Mount(device, pool, blockSizeBytes);
        volume.Writeback.Mode = FlusherMode.Manual;
        volume.Writeback.IoEnds.RunsInline = true;
        pool.Workers.Mode = ReadaheadMode.Off;
        for (int step = 0; step < Steps; step++)
        {
            int index = (int)random.Below(Files);
            Inode? file = volume.FindFile(Name(index));
            Check.That(file is not null);
            int before = device.Epoch;
            volume.AllocateFromStart();
            bool synced = Step(volume, file, index, random);
            if (synced)
            {
                byte[] bytes = new byte[file.SizeBytes];
                int got = file.Mapping.Read(0, bytes, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
                Check.That(got == bytes.Length);
                promises.Add(new Durable(index, device.Epoch, bytes));
            }
            else
            {
                // From here on the file may be anything between what it was and what it is.
                promises.Add(new Durable(index, before, null));
            }

            file.Put();
        }
    }

    // True when the file was synced.
    private static bool Step(PlainVolume volume, Inode file, int index, Prng random)
    {
        int position = (int)random.Below(SizeMax);
        int length = 1 + (int)random.Below(9000);
        long choice = random.Below(12);
        if (choice < 3)
        {
            WritePages.Run(file, WritebackControl.Everything).ThrowIfError();
            volume.Commit().ThrowIfError();
            return true;
        }

        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill((byte)(1 + (index * ValuesOfAFile) + (int)random.Below(ValuesOfAFile)));
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        switch (choice)
        {
            case 3:
                _ = Truncate.Run(file, position);
                break;
            case 4:
                _ = PunchHole.Run(file, position, position + length);
                break;
            case 5:
                _ = ZeroRange.Run(file, position, position + length, keepSize: false);
                break;
            case 6:
                _ = Preallocate.Run(file, position, position + length, keepSize: false);
                break;
            case 7:
                byte[] whole = new byte[Bits.AlignUp(length, 512)];
                whole.AsSpan().Fill(bytes[0]);
                _ = DirectWrite.Write(file, Bits.AlignDown(position, 512), whole);
                break;
            case 8:
                _ = WritePages.Run(file, new WritebackControl(WritebackReason.Background, 0, long.MaxValue));
                break;
            default:
                _ = BufferedWrite.Write(file, position, new SpanSource(bytes));
                break;
        }

        return false;
    }

    // What may be on the device: everything before the last flush, and any part of what came after it.
    private static int CutEverywhere(
        byte[] start, RecordingDevice device, FolioPool pool, int blockSizeBytes, ulong seed, List<Durable> promises)
    {
        IReadOnlyList<RecordedWrite> writes = device.Writes;
        Prng random = new(seed ^ 0xC4A5);
        int images = 0;
        for (int epoch = 0; epoch <= device.Epoch; epoch++)
        {
            for (int subset = 0; subset <= SubsetsOfAnEpoch; subset++)
            {
                byte[] image = (byte[])start.Clone();
                foreach (RecordedWrite write in writes)
                {
                    bool isDurable = write.Epoch < epoch;
                    bool isLucky = write.Epoch == epoch && subset > 0 && random.OneIn(2);
                    if (isDurable || isLucky)
                    {
                        Apply(image, write);
                    }
                }

                Judge(image, pool, blockSizeBytes, promises, epoch, $"seed {seed}, epoch {epoch}, subset {subset}");
                images++;
            }
        }

        return images;
    }

    private static void Apply(byte[] image, RecordedWrite write)
    {
        if (write.Kind == RecordedKind.Write)
        {
            write.Data.CopyTo(image.AsSpan((int)write.Offset));
        }
        else if (write.Kind == RecordedKind.WriteZeroes)
        {
            image.AsSpan((int)write.Offset, (int)write.Length).Clear();
        }
    }

    private static void Judge(
        byte[] image, FolioPool pool, int blockSizeBytes, List<Durable> promises, int epoch, string where)
    {
        using MemoryDevice device = new(image.Length);
        device.Write(0, image);
        using PlainVolume volume = PlainVolume.Mount(device, pool, blockSizeBytes);
        Assert.True(volume.CheckMaps().Count == 0, where);
        for (int index = 0; index < Files; index++)
        {
            Inode? file = volume.FindFile(Name(index));
            Assert.True(file is not null, where);
            byte[] bytes = new byte[file.SizeBytes];
            int got = file.Mapping.Read(0, bytes, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
            Assert.True(got == bytes.Length, where);
            foreach (byte value in bytes)
            {
                bool isOwn = value == 0 || (value - 1) / ValuesOfAFile == index;
                Assert.True(isOwn, $"{where}: {Name(index)} holds {value}");
            }

            if (Promised(promises, index, epoch) is byte[] wanted)
            {
                Assert.True(wanted.AsSpan().SequenceEqual(bytes), $"{where}: {Name(index)} is not what was synced");
            }

            file.Put();
        }
    }

    // What a file must hold when everything before an epoch is durable; null when nothing is promised.
    private static byte[]? Promised(List<Durable> promises, int file, int epoch)
    {
        byte[]? bytes = null;
        foreach (Durable promise in promises)
        {
            if (promise.File == file && promise.Epoch <= epoch)
            {
                bytes = promise.Bytes;
            }
        }

        return bytes;
    }

    private static string Name(int index) => $"f{index}";

    /// <summary>From an epoch on a file holds these bytes, or nothing is known of it.</summary>
    private sealed record Durable(int File, int Epoch, byte[]? Bytes);
}
