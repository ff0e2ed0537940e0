// The path of a directory of a Linux host, shared by what lies in it.

using System;
using Faultline.Abi;
using Faultline.Base;
using static Faultline.Building.LinuxSourceCalls;

namespace Faultline.Building;

/// <summary>The path of a directory of a Linux host.</summary>
/// <param name="path">Its bytes, without a slash at the end.</param>
internal sealed unsafe class LinuxFolder(byte[] path)
{
    private const int StackBytes = 512;

    /// <summary>The path of something in it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The path as a directory.</returns>
    internal LinuxFolder Below(ReadOnlySpan<byte> name) => new([.. path, (byte)'/', .. name]);

    /// <summary>The path of something in it, for messages.</summary>
    /// <param name="name">Its name, or nothing for the directory itself.</param>
    /// <returns>The path as text.</returns>
    internal string Describe(ReadOnlySpan<byte> name) => new Paths.UnixPath(
        name.IsEmpty ? path : (byte[])[.. path, (byte)'/', .. name]).ToString();

    /// <summary>Writes the path of something in it, with a zero at its end.</summary>
    /// <param name="name">Its name, or nothing for the directory itself.</param>
    /// <param name="text">Takes it.</param>
    /// <returns>False when it does not fit.</returns>
    internal bool TryCopyTo(ReadOnlySpan<byte> name, Span<byte> text)
    {
        int length = path.Length + (name.IsEmpty ? 0 : 1 + name.Length);
        if (length >= text.Length)
        {
            return false;
        }

        path.CopyTo(text);
        if (!name.IsEmpty)
        {
            text[path.Length] = (byte)'/';
            name.CopyTo(text.Slice(path.Length + 1));
        }

        text[length] = 0;
        return true;
    }

    /// <summary>Opens the directory, or something in it. Paths longer than the host takes are walked in
    /// parts.</summary> <param name="name">Name in it, or nothing for the directory itself.</param>
    /// <param name="flags">Flags of open(2); links are followed if they say so.</param>
    /// <returns>A descriptor, or -1 with errno.</returns>
    internal int Open(ReadOnlySpan<byte> name, int flags)
    {
        int length = path.Length + 1 + name.Length + 1;
        Span<byte> text = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
        text = text.Slice(0, length);
        path.CopyTo(text);
        text[path.Length] = name.IsEmpty ? (byte)0 : (byte)'/';
        name.CopyTo(text.Slice(path.Length + 1));
        text[length - 1] = 0;
        int directory = AtFdCwd;
        while (text.Length > PathBytesMax)
        {
            int cut = text.Slice(0, PathBytesMax - 1).LastIndexOf((byte)'/');
            text[cut] = 0;
            int next = OpenOne(directory, text, OpenPath | OpenDirectoryFlags);
            CloseUnlessCurrent(directory);
            if (next < 0)
            {
                return next;
            }

            directory = next;
            text = text.Slice(cut + 1).TrimStart((byte)'/');
        }

        int opened = OpenOne(directory, text, flags);
        CloseUnlessCurrent(directory);
        return opened;
    }

    /// <summary>The error of the last call that failed.</summary>
    /// <param name="name">Name in the directory, or nothing for the directory itself.</param>
    /// <returns>What is thrown.</returns>
    internal FsException Failed(ReadOnlySpan<byte> name)
    {
        Errno errno = (Errno)System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        string text = $"{Describe(name)}: {errno}";
        return new FsException(errno switch
        {
            Errno.EACCES or Errno.EPERM => FaultlineReasons.BuildSourceDenied.With(text),
            Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP => FaultlineReasons.BuildSourceMissing.With(text),
            _ => FaultlineReasons.BuildSourceFailed.With(text),
        });
    }

    private static int OpenOne(int directory, ReadOnlySpan<byte> text, int flags)
    {
        fixed (byte* start = text)
        {
            return OpenAt(directory, start, flags, 0);
        }
    }

    private static void CloseUnlessCurrent(int directory)
    {
        if (directory != AtFdCwd)
        {
            _ = Close(directory);
        }
    }
}
