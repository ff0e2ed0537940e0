// Whether a call on a pipe may wait.

namespace Faultline.Vfs.Pipes;

/// <summary>Whether a call on a pipe may wait.</summary>
public enum PipeMode
{
    /// <summary>Waits for data or room.</summary>
    Blocking,

    /// <summary>Answers EAGAIN instead (O_NONBLOCK, SPLICE_F_NONBLOCK).</summary>
    NonBlocking,
}
