// The bytes of a file that an archive holds, with its holes.

using System;
using Faultline.Ext.Building;

namespace Faultline.Tar;

/// <summary>The bytes of a file that an archive holds.</summary>
/// <param name="archive">The archive.</param>
/// <param name="offset">Where its data begin.</param>
/// <param name="sparse">The parts that are there, or null for all of it.</param>
internal sealed class TarContent(ArchiveBytes archive, long offset, SparseMap? sparse) : IBuildContent
{
    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        if (sparse is null)
        {
            archive.Read(offset + position, buffer);
            return;
        }

        int index = sparse.IndexAt(position);
        while (!buffer.IsEmpty)
        {
            bool isHole = index == sparse.Ranges.Count || sparse.Ranges[index].Position > position;
            long end = index == sparse.Ranges.Count ? long.MaxValue
                : isHole ? sparse.Ranges[index].Position
                : sparse.Ranges[index].End;
            int length = (int)Math.Min(buffer.Length, end - position);
            if (isHole)
            {
                buffer.Slice(0, length).Clear();
            }
            else
            {
                long stored = offset + sparse.StoredAt(index) + (position - sparse.Ranges[index].Position);
                archive.Read(stored, buffer.Slice(0, length));
                index++;
            }

            position += length;
            buffer = buffer.Slice(length);
        }
    }
}
