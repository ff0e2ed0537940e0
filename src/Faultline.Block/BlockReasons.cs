// Every cause of failure of this room, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Block;

/// <summary>The causes of failure of devices.</summary>
public static class BlockReasons
{
    /// <summary>A transfer does not lie inside the device.</summary>
    public static readonly Reason OutOfRange =
        new("Block.OutOfRange", Errno.EINVAL, "device: transfer outside the device");

    /// <summary>A write to a device that was opened for reading.</summary>
    public static readonly Reason ReadOnly =
        new("Block.ReadOnly", Errno.EROFS, "device: opened for reading only");

    /// <summary>The host file does not exist.</summary>
    public static readonly Reason ImageMissing =
        new("Block.ImageMissing", Errno.ENOENT, "image: no such file on the host");

    /// <summary>The host refuses access to the file.</summary>
    public static readonly Reason ImageDenied =
        new("Block.ImageDenied", Errno.EACCES, "image: the host denies access");

    /// <summary>Another process, or another device of this one, has the image open.</summary>
    public static readonly Reason ImageInUse = new(
        "Block.ImageInUse", Errno.EBUSY, "image: in use (another program holds its lock)");

    /// <summary>The path names a directory or something else without contents.</summary>
    public static readonly Reason ImageNotAFile = new(
        "Block.ImageNotAFile", Errno.EINVAL, "image: neither a regular file nor a block device");

    /// <summary>The host has no space left.</summary>
    public static readonly Reason HostNoSpace =
        new("Block.HostNoSpace", Errno.ENOSPC, "device: the host has no space left");

    /// <summary>The host failed.</summary>
    public static readonly Reason HostError =
        new("Block.HostError", Errno.EIO, "device: the host reports an error");

    /// <summary>The host transferred fewer bytes than the device has.</summary>
    public static readonly Reason ShortTransfer =
        new("Block.ShortTransfer", Errno.EIO, "device: short transfer (did the image shrink?)");

    /// <summary>A scripted error of a faulty device.</summary>
    public static readonly Reason ScriptedFault =
        new("Block.ScriptedFault", Errno.EIO, "device: scripted fault");

    /// <summary>A partition does not lie inside the device.</summary>
    public static readonly Reason PartitionRange = new(
        "Block.PartitionRange", Errno.EUCLEAN, "partition: does not lie inside the device");

    /// <summary>The chain of extended boot records does not end.</summary>
    public static readonly Reason PartitionLoop = new(
        "Block.PartitionLoop", Errno.EUCLEAN, "partition: chain of extended boot records too long");

    /// <summary>An extended boot record has no signature.</summary>
    public static readonly Reason PartitionSignature = new(
        "Block.PartitionSignature", Errno.EUCLEAN, "partition: extended boot record unsigned");

    /// <summary>Neither GPT header can be used.</summary>
    public static readonly Reason GptHeader =
        new("Block.GptHeader", Errno.EUCLEAN, "partition: both GPT headers are damaged");

    /// <summary>The entry array of a GPT does not match its checksum.</summary>
    public static readonly Reason GptEntries = new(
        "Block.GptEntries", Errno.EUCLEAN, "partition: GPT entry array does not match its checksum");

    /// <summary>A metadata block number is not on the device.</summary>
    public static readonly Reason BlockOutOfRange = new(
        "Block.BlockOutOfRange", Errno.EUCLEAN, "metadata block: number beyond the device");

    /// <summary>A transfer on a device that was closed.</summary>
    public static readonly Reason Closed =
        new("Block.Closed", Errno.ESTALE, "device: was closed");
}
