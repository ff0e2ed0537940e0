// The parts of a sparse file that an archive holds, one after the other.

using System.Collections.Generic;
using Faultline.Ext.Building;

namespace Faultline.Tar;

/// <summary>The parts of a sparse file that an archive holds.</summary>
internal sealed class SparseMap
{
    private readonly List<BuildRange> _ranges = [];
    private readonly List<long> _stored = []; // offset of each among what is stored
    private long _end;

    /// <summary>The parts, in order, none of them empty.</summary>
    internal IReadOnlyList<BuildRange> Ranges => _ranges;

    /// <summary>Bytes of all parts.</summary>
    internal long StoredBytes { get; private set; }

    /// <summary>Adds a part.</summary>
    /// <param name="position">Its offset in the file.</param>
    /// <param name="length">Its bytes; an empty one marks the end of the file.</param>
    /// <returns>False when it is not behind the last one.</returns>
    internal bool TryAdd(long position, long length)
    {
        if (position < _end || length < 0 || length > long.MaxValue - position)
        {
            return false;
        }

        _end = position + length;
        if (length > 0)
        {
            _ranges.Add(new BuildRange(position, length));
            _stored.Add(StoredBytes);
            StoredBytes += length;
        }

        return true;
    }

    /// <summary>Whether the parts are those of a file.</summary>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="storedBytes">Bytes that the archive holds of it.</param>
    /// <returns>False when a part is outside, or more or less is stored.</returns>
    internal bool Fits(long sizeBytes, long storedBytes) => _end <= sizeBytes && StoredBytes == storedBytes;

    /// <summary>The first part that does not end before a position.</summary>
    /// <param name="position">Offset in the file.</param>
    /// <returns>Its index; the number of parts when there is none.</returns>
    internal int IndexAt(long position)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_ranges[middle].End <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Where a part is among what is stored.</summary>
    /// <param name="index">Index of the part.</param>
    /// <returns>Offset from the first stored byte.</returns>
    internal long StoredAt(int index) => _stored[index];
}
