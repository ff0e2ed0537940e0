// The seam to the host's file system, for copying out. Names are single components that the caller has checked; an
// implementation never follows a symbolic link for any of them, so that nothing outside the target is reached.

using System;
using Faultline.Abi;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

/// <summary>A directory of the host, open for making things in it.</summary>
internal interface IHostDirectory : IDisposable
{
    /// <summary>Opens a subdirectory, making it if it is not there.</summary>
    Errno OpenDirectory(ReadOnlySpan<byte> name, out IHostDirectory? directory);

    /// <summary>Makes an empty file, in the place of any file or link of that name.</summary>
    Errno CreateFile(ReadOnlySpan<byte> name, out IHostFile? file);

    /// <summary>Makes a symbolic link.</summary>
    Errno CreateSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target);

    /// <summary>Makes a second name of a file made earlier.</summary>
    /// <param name="name">The new name.</param>
    /// <param name="root">The directory the extraction writes to.</param>
    /// <param name="existing">Path of the file below it.</param>
    Errno CreateHardLink(ReadOnlySpan<byte> name, IHostDirectory root, ReadOnlySpan<byte> existing);

    /// <summary>Makes a device node, fifo or socket.</summary>
    Errno CreateSpecial(ReadOnlySpan<byte> name, InodeAttributes attributes);

    /// <summary>Sets what can be set by name, of something that is no regular file: owner and times.</summary>
    HostErrors SetAttributes(ReadOnlySpan<byte> name, InodeAttributes attributes, ExtractionOptions options);

    /// <summary>Sets an extended attribute of something in this directory.</summary>
    Errno SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value);

    /// <summary>Sets owner, mode and times of this directory itself.</summary>
    HostErrors SetOwnAttributes(InodeAttributes attributes, ExtractionOptions options);

    /// <summary>Gives the descriptor back until <see cref="Resume"/>.</summary>
    void Suspend();

    /// <summary>Opens this directory again.</summary>
    /// <param name="child">An open directory in it.</param>
    /// <returns>OK; ESTALE what holds the child is another directory now.</returns>
    Errno Resume(IHostDirectory child);

    /// <summary>Sets an extended attribute of this directory itself.</summary>
    Errno SetOwnXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value);
}
