// What an actor of the soak does.

namespace Faultline.Soak;

/// <summary>Kinds of operations.</summary>
public enum SoakOp
{
    Create,
    Unnamed,
    Write,
    Append,
    Read,
    MakeWritable,
    TruncateDown,
    TruncateUp,
    Allocate,
    Punch,
    Zero,
    Collapse,
    Insert,
    Copy,
    Seek,
    Fsync,
    Advise,
    Mkdir,
    Rmdir,
    Link,
    Symlink,
    Unlink,
    Rename,
    Exchange,
    List,
    Stat,
    Chmod,
    SetXattr,
    GetXattr,
    RemoveXattr,
    Lock,
    SyncVolume,
    Freeze,
}
