// Operations that the model knows.

namespace Faultline.Reference;

/// <summary>An operation.</summary>
internal enum ModelOpKind
{
    Write,
    ShortWrite,
    Read,
    Store,
    TruncateDown,
    TruncateUp,
    Punch,
    Zero,
    Collapse,
    Insert,
    Allocate,
    Unshare,
    DirectRead,
    DirectWrite,
    SeekData,
    SeekHole,
    Fsync,
    Sync,
    Background,
    DropClean,
    Clone,
    Dedupe,
    Exchange,
    Remove,
}
