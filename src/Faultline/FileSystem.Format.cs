// Making volumes.

using System;
using System.IO;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Ext.Making;
using Faultline.Opening;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>Makes a volume in an image file. A file that is not there is made, sparse; a file that is there loses
    /// its contents.</summary>
    /// <param name="path">Host path of the image, or of a block device.</param>
    /// <param name="options">How; its size is needed when the file is not there.</param>
    /// <param name="replaces">Whether a volume that is there may be replaced.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="FileSystemException">EINVAL, EOPNOTSUPP, ENOSPC, EFBIG: an option, named; EEXIST a volume is
    /// there; EBUSY somebody uses the image; what the host says.</exception>
    public static FormatSummary Format(string path, FormatOptions options, bool replaces = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        bool isNew = !File.Exists(path);
        bool isMade = false;
        try
        {
            FormatSummary summary = Guarded(default, () => FormatFile(path, options, isNew, replaces));
            isMade = true;
            return summary;
        }
        finally
        {
            // Whatever was thrown: half an image is of no use to anybody.
            if (isNew && !isMade)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Makes a volume on a device. What the device held is lost.</summary>
    /// <param name="device">The device; stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="FileSystemException">As <see cref="Format(string, FormatOptions, bool)"/>.</exception>
    public static FormatSummary Format(IBlockDevice device, FormatOptions options) =>
        Guarded(default, () => ExtFormatter.Format(device, options));

    private static Result<FormatSummary> FormatFile(string path, FormatOptions options, bool isNew, bool replaces)
    {
        if (isNew)
        {
            if (options.SizeBytes is not long size)
            {
                return FaultlineReasons.FormatSize.With(path);
            }

            Resize(path, FileMode.CreateNew, size);
            using FileDevice made = FileDevice.Open(path, FileAccess.ReadWrite);
            return ExtFormatter.Format(made, options with { IsBlank = true });
        }

        long length;
        using (FileDevice old = FileDevice.Open(path, FileAccess.ReadWrite))
        {
            if (!replaces && FileSystemTypes.Find(old, out _) is not null)
            {
                return FaultlineReasons.FormatExists.With(path);
            }

            length = old.SizeBytes;
            bool isFile = (File.GetAttributes(path) & FileAttributes.Device) == 0;
            if (!isFile || options.SizeBytes is null or 0)
            {
                return ExtFormatter.Format(old, options);
            }

            // A mistake in the options must not cost what the file holds.
            Result can = ExtFormatter.CanFormat(options);
            if (!can.IsOk)
            {
                return can.Error;
            }
        }

        Resize(path, FileMode.Truncate, long.Max(length, options.SizeBytes.Value));
        using FileDevice device = FileDevice.Open(path, FileAccess.ReadWrite);
        return ExtFormatter.Format(device, options with { IsBlank = true });
    }

    private static void Resize(string path, FileMode mode, long size)
    {
        try
        {
            using FileStream file = new(path, mode, FileAccess.Write);
            file.SetLength(size);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileSystemException(FaultlineReasons.FormatHost.With(exception.Message), default, exception);
        }
    }
}
