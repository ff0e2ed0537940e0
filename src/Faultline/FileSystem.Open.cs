// Detecting and opening volumes.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Block.Partitions;
using Faultline.Opening;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Mounts;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>What file system a device holds, without mounting it.</summary>
    /// <param name="device">The device.</param>
    /// <returns>What it says of itself, or null when no driver recognises it.</returns>
    public static VolumeIdentity? Detect(IBlockDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _ = FileSystemTypes.Find(device, out VolumeIdentity? identity);
        return identity;
    }

    /// <summary>What file system an image file holds, without mounting it.</summary>
    /// <param name="path">Host path of the image.</param>
    /// <returns>What it says of itself, or null when no driver recognises it.</returns>
    public static VolumeIdentity? Detect(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileDevice device = Guarded(default, () => Result.Of(FileDevice.Open(path)));
        return Guarded(default, () => Result.Of(Detect(device)));
    }

    /// <summary>What file system a stream holds, without mounting it.</summary>
    /// <param name="stream">A seekable stream; left open.</param>
    /// <returns>What it says of itself, or null when no driver recognises it.</returns>
    public static VolumeIdentity? Detect(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using StreamDevice device = new(stream, leaveOpen: true);
        return Detect(device);
    }

    /// <summary>The partition table of an image file.</summary>
    /// <param name="path">Host path of the image.</param>
    /// <returns>The table; kind None when there is none.</returns>
    public static PartitionTable ReadPartitions(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileDevice device = Guarded(default, () => Result.Of(FileDevice.Open(path)));
        return Guarded(default, () => Result.Of(PartitionTable.Read(device)));
    }

    /// <summary>Opens the volume in an image file: for reading, unless the mount options say otherwise. The file is
    /// locked: against writers, or against everybody.</summary>
    /// <param name="path">Host path of the image.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="FileSystemException">EINVAL not recognised; EOPNOTSUPP a feature, named;
    /// EBUSY somebody writes the image; EUCLEAN damage, with its place; ENXIO no such
    /// partition.</exception>
    public static FileSystem Open(string path, OpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        OpenOptions chosen = options ?? new OpenOptions();
        List<IBlockDevice> devices = [];
        try
        {
            FileAccess access = chosen.Mount.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite;
            devices.Add(FileDevice.Open(path, access));
            if (chosen.JournalPath is string journalPath)
            {
                devices.Add(FileDevice.Open(journalPath, access));
            }
        }
        catch (FsException exception)
        {
            DisposeAll(devices);
            throw new FileSystemException(exception.Error, default, exception);
        }

        return OpenOwned(devices, chosen);
    }

    /// <summary>Opens the volume in a stream. Transfers take turns: prefer a path
    /// where there is one.</summary>
    /// <param name="stream">A seekable stream.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <param name="leaveOpen">Whether the stream outlives the volume.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="FileSystemException">As <see cref="Open(string, OpenOptions?)"/>.</exception>
    public static FileSystem Open(Stream stream, OpenOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return OpenOwned([new StreamDevice(stream, leaveOpen)], options ?? new OpenOptions());
    }

    /// <summary>Opens the volume on a device.</summary>
    /// <param name="device">The device; stays the caller's.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <param name="journal">The device of an external journal; stays the caller's.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="FileSystemException">As <see cref="Open(string, OpenOptions?)"/>.</exception>
    public static FileSystem Open(
        IBlockDevice device, OpenOptions? options = null, IBlockDevice? journal = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        return OpenOn(device, journal, [], options ?? new OpenOptions());
    }

    private static FileSystem OpenOwned(List<IBlockDevice> devices, OpenOptions options)
    {
        bool isOpen = false;
        try
        {
            FileSystem opened = OpenOn(devices[0], devices.Count > 1 ? devices[1] : null, devices, options);
            isOpen = true;
            return opened;
        }
        finally
        {
            // Whatever was thrown: nobody else could close what was ours.
            if (!isOpen)
            {
                DisposeAll(devices);
            }
        }
    }

    private static FileSystem OpenOn(
        IBlockDevice whole, IBlockDevice? journal, IReadOnlyList<IBlockDevice> owned, OpenOptions options)
    {
        return Guarded<FileSystem>(default, () =>
        {
            Result<IBlockDevice> chosen = ChoosePartition(whole, options);
            if (!chosen.TryGet(out IBlockDevice? device, out FsError error))
            {
                return error;
            }

            // Somebody who says where the superblock lies does so because the first one is not to be trusted.
            IFileSystemType? type = options.Mount.SuperBlockLocation is null
                ? FileSystemTypes.Find(device, out _)
                : FileSystemTypes.All[0];
            if (type is null)
            {
                return FaultlineReasons.NotRecognised.With(device.Name);
            }

            MountContext context = new(
                device, options.Pool ?? FolioPool.Shared, options.Mount, SystemClock.Instance)
            {
                JournalDevice = journal,
            };
            Result<SuperBlock> mounted = type.Mount(context);
            if (!mounted.TryGet(out SuperBlock? superBlock, out error))
            {
                return error;
            }

            if (options.Logger is not null)
            {
                OpenLog.Opened(options.Logger, device.Name, superBlock.Identity.TypeName);
            }

            return new FileSystem(superBlock, new Mount(superBlock, options.Credentials), owned);
        });
    }

    private static Result<IBlockDevice> ChoosePartition(IBlockDevice whole, OpenOptions options)
    {
        int? number = options.Partition;
        bool isBare = options.Mount.SuperBlockLocation is not null || FileSystemTypes.Find(whole, out _) is not null;
        if (number is null && isBare)
        {
            return Result.Of(whole);
        }

        PartitionTable table = PartitionTable.Read(whole);
        if (number is null)
        {
            return table.Partitions.Count switch
            {
                0 => Result.Of(whole),
                1 => Result.Of<IBlockDevice>(table.Partitions[0].Open(whole)),
                _ => FaultlineReasons.PartitionNeeded.With(whole.Name),
            };
        }

        foreach (Partition partition in table.Partitions)
        {
            if (partition.Number == number)
            {
                return Result.Of<IBlockDevice>(partition.Open(whole));
            }
        }

        return FaultlineReasons.NoSuchPartition.With($"{whole.Name}@{number}");
    }

    private static void DisposeAll(List<IBlockDevice> devices)
    {
        foreach (IBlockDevice device in devices)
        {
            device.Dispose();
        }
    }
}
