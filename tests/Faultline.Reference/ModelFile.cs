// The truth about one file: its bytes.

using System;
using Faultline.Vfs.Inodes;

namespace Faultline.Reference;

/// <summary>The truth about one file.</summary>
internal sealed class ModelFile(string name, Inode inode)
{
    internal string Name { get; } = name;

    internal Inode Inode { get; } = inode;

    internal byte[] Bytes { get; private set; } = [];

    internal int Size => Bytes.Length;

    internal void Resize(int size)
    {
        byte[] bytes = Bytes;
        Array.Resize(ref bytes, size);
        Bytes = bytes;
    }

    internal void Put(int position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (position + bytes.Length > Size)
        {
            Resize(position + bytes.Length);
        }

        bytes.CopyTo(Bytes.AsSpan(position));
    }

    internal void Zero(int start, int end)
    {
        end = Math.Min(end, Size);
        if (start < end)
        {
            Bytes.AsSpan(start, end - start).Clear();
        }
    }

    internal void Collapse(int start, int end)
    {
        Bytes.AsSpan(end).CopyTo(Bytes.AsSpan(start));
        Resize(Size - (end - start));
    }

    internal void Insert(int start, int end)
    {
        int old = Size;
        Resize(old + (end - start));
        Bytes.AsSpan(start, old - start).CopyTo(Bytes.AsSpan(end));
        Bytes.AsSpan(start, end - start).Clear();
    }
}
