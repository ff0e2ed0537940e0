// The prepared volumes of a sweep, as bytes: one as it is, and one with no free space but what files of its own hold.

using System;
using System.Globalization;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Lab.Crash;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Lab.Faults;

/// <summary>A prepared volume.</summary>
/// <param name="Setup">Its kind.</param>
/// <param name="Prepared">Its bytes.</param>
/// <param name="DataFull">The same with all space taken that data may have.</param>
/// <param name="Full">The same with all space taken.</param>
internal sealed record FaultImage(CrashSetup Setup, byte[] Prepared, byte[] DataFull, byte[] Full)
{
    private const int FillersMax = 600;
    private const int InodesWanted = 1024;

    /// <summary>Whether files have extents.</summary>
    internal bool HasExtents => !Setup.Name.StartsWith("ext3", StringComparison.Ordinal)
        && !Setup.Name.StartsWith("ext2", StringComparison.Ordinal);

    /// <summary>Makes the volumes of a kind.</summary>
    /// <param name="setup">The kind.</param>
    /// <returns>The volumes.</returns>
    internal static FaultImage Make(CrashSetup setup)
    {
        byte[] empty = CrashVolume.Make(setup with { Inodes = InodesWanted }).Volume;
        FaultImage image = new(setup, empty, empty, empty);
        byte[] prepared = Change(empty, mount => FaultOperations.Prepare(mount, image.HasExtents));
        byte[] dataFull = Change(prepared, TakeDataSpace);
        return new FaultImage(setup, prepared, dataFull, Change(dataFull, TakeSpace));
    }

    /// <summary>Gives some of the space back.</summary>
    /// <param name="mount">A volume without space.</param>
    /// <param name="clusters">How many clusters.</param>
    internal void MakeRoom(Mount mount, int clusters)
    {
        using (OpenFile data = mount.Open("/fill/data"u8, OpenFlags.O_RDWR).OrThrow())
        {
            long whole = Bits.AlignDown(data.SizeBytes, Setup.ShiftBytes);
            data.Truncate(whole - ((long)clusters * Setup.ShiftBytes)).ThrowIfError();
        }

        mount.SuperBlock.Sync().ThrowIfError();
    }

    private static byte[] Change(byte[] before, Action<Mount> body)
    {
        byte[] bytes = (byte[])before.Clone();
        using MemoryDevice device = MemoryDevice.Of(bytes);
        using FolioPool pool = CrashMount.NewPool();
        using (SuperBlock volume = CrashMount.Open(device, null, pool).OrThrow())
        {
            body(new Mount(volume, Credentials.Root) { Umask = 0 });
            volume.Sync().ThrowIfError();
        }

        byte[] after = new byte[bytes.Length];
        device.Read(0, after);
        return after;
    }

    private static void TakeDataSpace(Mount mount)
    {
        mount.Mkdir("/fill"u8, 0x1ED).ThrowIfError();
        using OpenFile data = mount.Open("/fill/data"u8, OpenFlags.O_CREAT | OpenFlags.O_RDWR, 0x1A4).OrThrow();
        byte[] bytes = new byte[256 << 10];
        while (bytes.Length > 0)
        {
            Result<int> written = data.Write(data.SizeBytes, bytes);
            bytes = written.IsOk ? bytes : new byte[bytes.Length / 2];
        }

        data.Sync().ThrowIfError();
    }

    // Names with a cluster each take what data may not have, to the last one.
    private static void TakeSpace(Mount mount)
    {
        byte[] target = Encoding.ASCII.GetBytes(new string('t', 100));
        int count = 0;
        for (int refused = 0; refused < 3 && count < FillersMax;)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"/fill/{count}");
            Result made = mount.Symlink(target, Encoding.ASCII.GetBytes(name));
            refused = made.IsOk ? 0 : refused + 1;
            count += made.IsOk ? 1 : 0;
            if (!made.IsOk)
            {
                // What was freed by then, blocks of a directory that could not grow, comes back with a commit.
                mount.SuperBlock.Sync().ThrowIfError();
            }
        }

        Check.That(count < FillersMax);
    }
}
