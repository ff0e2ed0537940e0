// A file whose maps are a list: the driver of the iomap tests.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Iomap.Tests;

internal sealed class ListedMaps(IBlockDevice device, IReadOnlyList<Iomap> maps) : IIomapOps
{
    public IBlockDevice Device { get; } = device;

    public int BlockSizeBytes => 1024;

    internal int Begun { get; private set; }

    internal int Ended { get; private set; }

    public Result Begin(long position, long length, IomapIntent intent, out Iomap iomap)
    {
        Begun++;
        foreach (Iomap map in maps)
        {
            if (position >= map.Position && position < map.End)
            {
                iomap = map;
                return Result.Ok;
            }
        }

        long next = long.MaxValue;
        foreach (Iomap map in maps)
        {
            next = map.Position > position ? Math.Min(next, map.Position) : next;
        }

        iomap = new Iomap { Type = IomapType.Hole, Position = position, Length = next - position };
        return Result.Ok;
    }

    public void End(in Iomap iomap, long done) => Ended++;
}
