// Why a pipe or a splice refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs.Pipes;

/// <summary>Reasons of pipes and splices.</summary>
public static class PipeReasons
{
    /// <summary>Nobody reads.</summary>
    public static readonly Reason Broken = new("Pipe.Broken", Errno.EPIPE, "nobody reads from the pipe");

    /// <summary>A splice into a pipe that nobody reads.</summary>
    public static readonly Reason SpliceBroken =
        new("Pipe.SpliceBroken", Errno.EPIPE, "nobody reads from the pipe that is spliced to");

    /// <summary>An empty pipe, and no waiting.</summary>
    public static readonly Reason Empty = new("Pipe.Empty", Errno.EAGAIN, "the pipe is empty");

    /// <summary>A full pipe, and no waiting.</summary>
    public static readonly Reason Full = new("Pipe.Full", Errno.EAGAIN, "the pipe has no room");

    /// <summary>A splice from an empty pipe, and no waiting.</summary>
    public static readonly Reason SpliceEmpty =
        new("Pipe.SpliceEmpty", Errno.EAGAIN, "the pipe that is spliced from is empty");

    /// <summary>A splice to a full pipe, and no waiting.</summary>
    public static readonly Reason SpliceFull =
        new("Pipe.SpliceFull", Errno.EAGAIN, "the pipe that is spliced to has no room");

    /// <summary>A tee to a pipe that nobody reads.</summary>
    public static readonly Reason TargetBroken =
        new("Pipe.TargetBroken", Errno.EPIPE, "nobody reads from the second pipe");

    /// <summary>A tee to a full pipe, and no waiting.</summary>
    public static readonly Reason TargetFull =
        new("Pipe.TargetFull", Errno.EAGAIN, "the second pipe has no room");

    /// <summary>A capacity below what is in the pipe.</summary>
    public static readonly Reason CapacityInUse =
        new("Pipe.CapacityInUse", Errno.EBUSY, "more is in the pipe than the new capacity allows");

    /// <summary>A capacity of nothing.</summary>
    public static readonly Reason CapacityInvalid =
        new("Pipe.CapacityInvalid", Errno.EINVAL, "a pipe holds at least one page and at most 1 GiB");

    /// <summary>A capacity beyond what ordinary callers may have.</summary>
    public static readonly Reason CapacityPrivileged =
        new("Pipe.CapacityPrivileged", Errno.EPERM, "more than 1 MiB needs CAP_SYS_RESOURCE");

    /// <summary>A pipe spliced to itself.</summary>
    public static readonly Reason SamePipe = new("Pipe.SamePipe", Errno.EINVAL, "both ends are of one pipe");

    /// <summary>A splice from something that has no pages.</summary>
    public static readonly Reason SpliceNoData =
        new("Pipe.SpliceNoData", Errno.EINVAL, "only regular files can be spliced from");

    /// <summary>A splice to something that cannot be written by position.</summary>
    public static readonly Reason SpliceAppend =
        new("Pipe.SpliceAppend", Errno.EINVAL, "a file that is open for appending cannot be spliced to");

    /// <summary>A splice at a negative position.</summary>
    public static readonly Reason SplicePosition =
        new("Pipe.SplicePosition", Errno.EINVAL, "negative file position");
}
