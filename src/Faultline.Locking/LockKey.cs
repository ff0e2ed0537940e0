// What the validator calls a class: a line of the hierarchy for one file-system type, so that an
// image inside an image of another type is no false cycle. Immutable. Ids are dense, process-wide
// and never reused.

using System.Threading;

namespace Faultline.Locking;

/// <summary>A lock class of the validator: (<see cref="LockClass"/>, file-system type).</summary>
public sealed class LockKey
{
    private static int s_lastId = -1;

    internal LockKey(LockClass lockClass, string fileSystemType)
    {
        Class = lockClass;
        FileSystemType = fileSystemType;
        Id = Interlocked.Increment(ref s_lastId);
        Name = fileSystemType.Length == 0 ? lockClass.Name : $"{lockClass.Name}:{fileSystemType}";
    }

    /// <summary>The line of the hierarchy.</summary>
    public LockClass Class { get; }

    /// <summary>The type, or empty.</summary>
    public string FileSystemType { get; }

    /// <summary>Name for reports.</summary>
    public string Name { get; }

    /// <summary>Dense number from 0.</summary>
    internal int Id { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
