// The way to the pointer of one file block in a block map: which slot of the inode, and which entry of each indirect
// block below it. Computed from the file block alone.

using System.Runtime.CompilerServices;

namespace Faultline.Ext.Mapping;

/// <summary>The way to a pointer of a block map.</summary>
internal readonly struct PointerPath
{
    internal const int DirectCount = 12;
    internal const int LevelMax = 3;

    private readonly Indexes _indexes;

    /// <summary>Computes the way to a file block.</summary>
    /// <param name="fileBlock">The file block, below <see cref="BlocksMax"/>.</param>
    /// <param name="pointers">Pointers of an indirect block.</param>
    internal PointerPath(ulong fileBlock, ulong pointers)
    {
        if (fileBlock < DirectCount)
        {
            Slot = (int)fileBlock;
            ContainerFirst = 0;
            ContainerEnd = DirectCount;
            return;
        }

        ulong treeFirst = DirectCount;
        ulong covered = pointers;
        int levels = 1;
        while (levels < LevelMax && fileBlock - treeFirst >= covered)
        {
            treeFirst += covered;
            covered *= pointers;
            levels++;
        }

        Levels = levels;
        Slot = DirectCount + levels - 1;
        ulong first = treeFirst;
        for (int level = 0; level < levels; level++)
        {
            covered /= pointers;
            ulong index = (fileBlock - first) / covered;
            _indexes[level] = (int)index;
            first += level + 1 < levels ? index * covered : 0;
        }

        ContainerFirst = first;
        ContainerEnd = first + pointers;
    }

    /// <summary>Indirect blocks on the way; 0 for a direct one.</summary>
    internal int Levels { get; }

    /// <summary>Pointer of the inode that the way begins with.</summary>
    internal int Slot { get; }

    /// <summary>First file block of those whose pointers lie beside it.</summary>
    internal ulong ContainerFirst { get; }

    /// <summary>First file block after them.</summary>
    internal ulong ContainerEnd { get; }

    /// <summary>Entry in the indirect block of a level, from 0.</summary>
    internal int Index(int level) => _indexes[level];

    /// <summary>File blocks that a block map can hold.</summary>
    /// <param name="pointers">Pointers of an indirect block.</param>
    internal static ulong BlocksMax(ulong pointers) => ulong.Min(
        uint.MaxValue, DirectCount + pointers + (pointers * pointers) + (pointers * pointers * pointers));

    [InlineArray(LevelMax)]
    private struct Indexes
    {
        private int _first;
    }
}
