// Our ext driver, on a fresh volume of mke2fs for each test. What a test leaves is judged by e2fsck: some of the
// volumes, or all of them with FAULTLINE_FSCK_ALL=1.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Conformance.Vfs;

/// <summary>Volumes of our ext driver.</summary>
internal sealed class ExtTarget(string id, string folder, string[] arguments) : Target(id)
{
    private const long SizeBytes = 512L << 20;
    private const int PieceBytes = MemoryDevice.ChunkBytes;
    private const int CheckedEvery = 16;

    private static readonly bool s_checksAll = Environment.GetEnvironmentVariable("FAULTLINE_FSCK_ALL") == "1";

    private readonly Dictionary<long, List<(long Offset, byte[] Bytes)>> _templates = [];
    private int _runs;

    internal override void Run(Action<IFileSystemCalls> body) => RunAlone(SizeBytes, body);

    internal override void RunAlone(long sizeBytes, Action<IFileSystemCalls> body)
    {
        using MemoryDevice device = Format(sizeBytes);
        using FolioPool pool = new(256L << 20);
        MountContext context = new(
            device, pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        using (SuperBlock volume = new ExtFileSystemType().Mount(context).OrThrow())
        using (VfsProcess process = new())
        {
            Mount root = new(volume, Credentials.Root);
            root.Rmdir("/lost+found"u8).ThrowIfError();
            root.Chmod("/"u8, 0x1FF).ThrowIfError();
            body(new VfsCalls(volume, Caller.Root, process));
        }

        _runs++;
        if (s_checksAll || (_runs % CheckedEvery == 0))
        {
            Judge(device);
        }
    }

    public override void Dispose()
    {
    }

    private string PathOf(string what) => Path.Combine(folder, $"{Id}.{what}");

    private MemoryDevice Format(long sizeBytes)
    {
        if (!_templates.TryGetValue(sizeBytes, out List<(long Offset, byte[] Bytes)>? pieces))
        {
            pieces = Template(sizeBytes);
            _templates.Add(sizeBytes, pieces);
        }

        MemoryDevice device = new(sizeBytes);
        foreach ((long offset, byte[] bytes) in pieces)
        {
            device.Write(offset, bytes);
        }

        return device;
    }

    private List<(long Offset, byte[] Bytes)> Template(long sizeBytes)
    {
        string path = PathOf("template");
        using (FileStream stream = new(path, FileMode.Create))
        {
            stream.SetLength(sizeBytes);
        }

        _ = Tool.Run("mke2fs", ["-q", "-F", .. arguments, path]);
        List<(long Offset, byte[] Bytes)> pieces = [];
        using FileDevice file = FileDevice.Open(path);
        byte[] piece = new byte[PieceBytes];
        for (long offset = 0; offset < sizeBytes; offset += PieceBytes)
        {
            file.Read(offset, piece);
            if (piece.AsSpan().ContainsAnyExcept((byte)0))
            {
                pieces.Add((offset, piece.AsSpan().ToArray()));
            }
        }

        return pieces;
    }

    private void Judge(MemoryDevice device)
    {
        string path = PathOf("image");
        byte[] piece = new byte[PieceBytes];
        using (FileStream stream = new(path, FileMode.Create))
        {
            stream.SetLength(device.SizeBytes);
            for (long offset = 0; offset < device.SizeBytes; offset += PieceBytes)
            {
                device.Read(offset, piece);
                if (piece.AsSpan().ContainsAnyExcept((byte)0))
                {
                    stream.Position = offset;
                    stream.Write(piece);
                }
            }
        }

        _ = Tool.Run("e2fsck", "-fn", path);
    }
}
