// The exit codes of the command line, and which error becomes which.

namespace Faultline.Cli;

/// <summary>Exit codes.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Done, and differences or damage were found.</summary>
    Findings = 1,

    /// <summary>The command line was not understood.</summary>
    Usage = 2,

    /// <summary>The host failed: an I/O error outside the image.</summary>
    HostError = 3,

    /// <summary>The image needs something that is not supported; it is named.</summary>
    Unsupported = 4,

    /// <summary>The image is corrupt, or holds no file system.</summary>
    Corrupt = 5,

    /// <summary>No space.</summary>
    NoSpace = 6,

    /// <summary>Not found, or exists already.</summary>
    NotFound = 7,

    /// <summary>Not permitted, or read-only.</summary>
    NotPermitted = 8,

    /// <summary>Somebody else uses the image.</summary>
    InUse = 9,

    /// <summary>Cancelled.</summary>
    Cancelled = 130,
}

