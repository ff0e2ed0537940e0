// Where an image goes: a new file beside the one it replaces, or a block device in place.

using System;
using System.Globalization;
using System.IO;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Ext.Building;
using Faultline.Opening;

namespace Faultline.Building;

/// <summary>Where an image goes.</summary>
/// <param name="path">Host path.</param>
/// <param name="replaces">Whether a volume that is there may be replaced.</param>
internal sealed class ImageTarget(string path, bool replaces)
{
    /// <summary>Writes an image.</summary>
    /// <param name="plan">Plans it; takes the bytes of a device that is there, or null.</param>
    /// <param name="write">Writes it; takes whether the device reads as zeros.</param>
    /// <returns>What was built.</returns>
    /// <errors>FsException: EEXIST; EBUSY; what the host says.</errors>
    internal BuildResult Write(Func<long?, BuildPlan> plan, Func<IBlockDevice, BuildPlan, bool, BuildResult> write)
    {
        // A link names the file that is to be replaced.
        FileInfo named = new(path);
        string target = named.LinkTarget is null
            ? named.FullName
            : named.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? named.FullName;
        if (!File.Exists(target))
        {
            return WriteFile(target, plan(null), write);
        }

        // Held until the end, so that nobody begins to use what is about to go.
        using FileDevice old = FileDevice.Open(target, FileAccess.ReadWrite);
        if (!replaces && FileSystemTypes.Find(old, out _) is not null)
        {
            throw new FsException(FaultlineReasons.BuildExists.With(path));
        }

        bool isFile = (File.GetAttributes(target) & FileAttributes.Device) == 0;
        return isFile
            ? WriteFile(target, plan(null), write)
            : write(old, plan(old.SizeBytes), false);
    }

    private static BuildResult WriteFile(
        string target, BuildPlan plan, Func<IBlockDevice, BuildPlan, bool, BuildResult> write)
    {
        string folder = Path.GetDirectoryName(target) ?? "/";
        string unfinished = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $".{Path.GetFileName(target)}.{Environment.ProcessId}.unfinished"));
        try
        {
            using (FileStream made = new(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                made.SetLength(plan.SizeBytes);
            }

            BuildResult result;
            using (FileDevice device = FileDevice.Open(unfinished, FileAccess.ReadWrite))
            {
                result = write(device, plan, true);
            }

            File.Move(unfinished, target, overwrite: true);
            SyncFolder(folder);
            return result;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FsException(FaultlineReasons.BuildHost.With(exception.Message));
        }
        finally
        {
            // Nothing after success; whatever went wrong, half an image is of no use.
            File.Delete(unfinished);
        }
    }

    // The new name is durable, too.
    private static unsafe void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        LinuxFolder opened = new(System.Text.Encoding.UTF8.GetBytes(folder));
        int descriptor = opened.Open(default, LinuxSourceCalls.OpenDirectoryFlags);
        if (descriptor >= 0)
        {
            // OK: because a host that cannot do this for directories loses at worst the name, not the image.
            _ = LinuxSourceCalls.Sync(descriptor);
            _ = LinuxSourceCalls.Close(descriptor);
        }
    }
}
