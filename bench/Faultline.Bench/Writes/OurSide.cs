// Our tmpfs, in process.

using System;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.PageCache;
using Faultline.Tmpfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Bench.Writes;

internal sealed class OurSide : WriteSide
{
    private const long PoolBytes = 1L << 30;
    private const uint FileMode = 0x1A4;
    private const uint DirectoryMode = 0x1ED;
    private const OpenFlags Exclusive = OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY;

    private readonly FolioPool _pool = new(PoolBytes);
    private readonly TmpfsVolume _volume;
    private readonly Mount _mount;
    private readonly OpenFile[] _data = new OpenFile[Lanes];
    private readonly OpenFile[] _log = new OpenFile[Lanes];
    private readonly byte[][][] _paths = Paths();

    internal OurSide()
    {
        _volume = TmpfsVolume.Create(pool: _pool);
        _mount = new Mount(_volume, Credentials.Root);
        for (int lane = 0; lane < Lanes; lane++)
        {
            _mount.Mkdir(Encoding.ASCII.GetBytes($"dir{lane}"), DirectoryMode).ThrowIfError();
            _data[lane] = _mount.Open(Encoding.ASCII.GetBytes($"data{lane}"), Exclusive, FileMode).OrThrow();
            _log[lane] = _mount.Open(
                Encoding.ASCII.GetBytes($"log{lane}"), Exclusive | OpenFlags.O_APPEND, FileMode).OrThrow();
        }
    }

    /// <summary>The open data file of a lane.</summary>
    internal OpenFile Data(int lane) => _data[lane];

    internal override void Write(int lane, long position, ReadOnlySpan<byte> bytes) =>
        Whole(_data[lane].Write(position, bytes), bytes.Length);

    internal override void Append(int lane, ReadOnlySpan<byte> bytes) =>
        Whole(_log[lane].Write(0, bytes), bytes.Length);

    internal override void Empty(int lane)
    {
        _data[lane].Truncate(0).ThrowIfError();
        _log[lane].Truncate(0).ThrowIfError();
    }

    internal override void Create(int lane, int name) =>
        _mount.Open(_paths[lane][name].AsSpan(0, _paths[lane][name].Length - 1), Exclusive, FileMode)
            .OrThrow().Dispose();

    internal override void Unlink(int lane, int name) =>
        _mount.Unlink(_paths[lane][name].AsSpan(0, _paths[lane][name].Length - 1)).ThrowIfError();

    public override void Dispose()
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _data[lane].Dispose();
            _log[lane].Dispose();
        }

        _volume.Dispose();
        _pool.Dispose();
    }

    private static void Whole(Result<int> written, int wanted)
    {
        if (written.OrThrow() != wanted)
        {
            throw new InvalidOperationException("short write");
        }
    }
}
