// What the write benchmark does to either file system. Each thread has a lane: a data file, an append-only view of
// a second one, and a directory of its own.

using System;
using System.Globalization;
using System.Text;

namespace Faultline.Bench.Writes;

internal abstract class WriteSide : IDisposable
{
    internal const int Lanes = 2;
    internal const int NamesPerLane = 10_000;

    /// <summary>Positional write into the lane's data file.</summary>
    internal abstract void Write(int lane, long position, ReadOnlySpan<byte> bytes);

    /// <summary>Write at the end of the lane's append file (O_APPEND).</summary>
    internal abstract void Append(int lane, ReadOnlySpan<byte> bytes);

    /// <summary>Makes both files of the lane empty.</summary>
    internal abstract void Empty(int lane);

    /// <summary>Creates an empty file in the lane's directory and closes it.</summary>
    internal abstract void Create(int lane, int name);

    /// <summary>Removes such a file.</summary>
    internal abstract void Unlink(int lane, int name);

    public abstract void Dispose();

    /// <summary>Paths of the files in a lane's directory, each ended by a zero byte, without a leading slash.</summary>
    protected static byte[][][] Paths()
    {
        byte[][][] paths = new byte[Lanes][][];
        for (int lane = 0; lane < Lanes; lane++)
        {
            paths[lane] = new byte[NamesPerLane][];
            for (int name = 0; name < NamesPerLane; name++)
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"dir{lane}/file{name:D6}\0");
                paths[lane][name] = Encoding.ASCII.GetBytes(path);
            }
        }

        return paths;
    }
}
