// A tree on a Linux host, by bytes: .NET shows neither names that are not UTF-8 nor extended attributes nor owners.
// Layouts of answers are the same on every architecture of Linux.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Faultline.Abi;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Cli.Diffing;

/// <summary>System calls that read a tree. Each answers OK or an errno.</summary>
/// <source>opendir(3), readdir(3), readlink(2), listxattr(2), getxattr(2), open(2)</source>
internal static unsafe partial class LinuxTree
{
    private const int ReadCloseOnExec = 0x80000 | 0x100 | 0x800; // O_RDONLY, O_CLOEXEC, O_NOCTTY, O_NONBLOCK
    private const int DirentNameOffset = 19;
    private const int PathBytesMax = 4096;
    private const int ListBytesMax = 65536;

    /// <summary>The names in a directory, without "." and "..".</summary>
    internal static Errno List(byte[] path, List<byte[]> names)
    {
        nint stream;
        fixed (byte* text = Terminated(path))
        {
            stream = OpenDirectory(text);
        }

        if (stream == 0)
        {
            return LastError;
        }

        try
        {
            while (true)
            {
                byte* entry = ReadDirectory(stream);
                if (entry is null)
                {
                    return LastError;
                }

                ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + DirentNameOffset);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    names.Add(name.ToArray());
                }
            }
        }
        finally
        {
            _ = CloseDirectory(stream);
        }
    }

    /// <summary>The target of a symbolic link.</summary>
    internal static Errno ReadLink(byte[] path, out byte[] target)
    {
        byte* answer = stackalloc byte[PathBytesMax];
        fixed (byte* text = Terminated(path))
        {
            nint length = ReadLink(text, answer, PathBytesMax);
            target = length < 0 ? [] : new ReadOnlySpan<byte>(answer, (int)length).ToArray();
            return length < 0 ? LastError : Errno.OK;
        }
    }

    /// <summary>The extended attributes of what a path names, a link's own; names and values.</summary>
    internal static Errno ReadXattrs(byte[] path, List<(byte[] Name, byte[] Value)> attributes)
    {
        byte[] list = new byte[ListBytesMax];
        byte[] value = new byte[ListBytesMax];
        fixed (byte* text = Terminated(path), all = list, bytes = value)
        {
            nint length = ListXattrs(text, all, ListBytesMax);
            if (length < 0)
            {
                return LastError;
            }

            ReadOnlySpan<byte> rest = list.AsSpan(0, (int)length);
            while (rest.IndexOf((byte)0) is int end and >= 0)
            {
                byte[] name = rest.Slice(0, end).ToArray();
                rest = rest.Slice(end + 1);
                fixed (byte* key = Terminated(name))
                {
                    nint size = GetXattr(text, key, bytes, ListBytesMax);
                    if (size < 0)
                    {
                        return LastError;
                    }

                    attributes.Add((name, value.AsSpan(0, (int)size).ToArray()));
                }
            }
        }

        return Errno.OK;
    }

    /// <summary>Opens a regular file for reading.</summary>
    internal static Errno Open(byte[] path, out SafeFileHandle? file)
    {
        fixed (byte* text = Terminated(path))
        {
            int descriptor = OpenFile(text, ReadCloseOnExec, 0);
            file = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
            return descriptor < 0 ? LastError : Errno.OK;
        }
    }

    /// <summary>Whether the process may see trusted attributes.</summary>
    internal static bool IsRoot => GetEffectiveUser() == 0;

    internal static byte[] Terminated(ReadOnlySpan<byte> text) => [.. text, 0];

    private static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true)]
    private static partial nint OpenDirectory(byte* path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    private static partial byte* ReadDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint stream);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte* path, byte* target, nuint length);

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    private static partial nint ListXattrs(byte* path, byte* list, nuint length);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    private static partial nint GetXattr(byte* path, byte* name, byte* value, nuint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();
}
