// An image made by the real tools, and the volume in it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Tests;

internal sealed class ExtImage : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-ext").FullName;

    internal ExtImage(long sizeBytes, params string[] arguments)
    {
        Path = System.IO.Path.Combine(_directory, "image");
        using (FileStream stream = new(Path, FileMode.Create))
        {
            stream.SetLength(sizeBytes);
        }

        Tool.Run("mke2fs", ["-q", "-F", .. arguments, Path]);
    }

    internal string Path { get; }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    internal string Debugfs(string command) => Tool.Run("debugfs", "-R", command, Path);

    internal void Change(params string[] commands) => Tool.Debugfs(Path, commands);

    internal MemoryDevice Load()
    {
        using FileDevice file = FileDevice.Open(Path);
        MemoryDevice device = new(file.SizeBytes);
        byte[] piece = new byte[1 << 20];
        for (long offset = 0; offset < file.SizeBytes; offset += piece.Length)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(piece.Length, file.SizeBytes - offset));
            file.Read(offset, part);
            if (part.IndexOfAnyExcept((byte)0) >= 0)
            {
                device.Write(offset, part);
            }
        }

        return device;
    }

    internal static ExtVolume Open(Block.IBlockDevice device, ExtOpenOptions? options = null) =>
        ExtVolume.Open(device, options ?? new ExtOpenOptions()).OrThrow();

    internal static InodeRecord Walk(ExtVolume volume, string path)
    {
        InodeNumber number = new(2);
        InodeRecord record = volume.Inodes.Read(number).OrThrow();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            number = volume.Directories.Lookup(record, Encoding.UTF8.GetBytes(part)).OrThrow();
            record = volume.Inodes.Read(number).OrThrow();
        }

        return record;
    }

    internal static byte[] ReadAll(ExtVolume volume, InodeRecord inode)
    {
        if (inode.Has(ExtInodeFlags.InlineData))
        {
            return volume.Inline.Read(inode);
        }

        byte[] bytes = new byte[inode.SizeBytes];
        volume.Contents.Read(inode, 0, bytes);
        return bytes;
    }

    internal static List<Listed> List(ExtVolume volume, InodeRecord directory)
    {
        ListSink sink = new(int.MaxValue);
        volume.Directories.List(directory, 0, sink);
        return sink.Items;
    }

    internal sealed record Listed(string Name, ulong Inode, FileType Type, ulong NextCookie);

    internal sealed class ListSink(int countMax) : IDirectorySink
    {
        internal List<Listed> Items { get; } = [];

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            if (Items.Count >= countMax)
            {
                return false;
            }

            Items.Add(new Listed(Encoding.UTF8.GetString(name), inode.Value, type, nextCookie));
            return true;
        }
    }
}
