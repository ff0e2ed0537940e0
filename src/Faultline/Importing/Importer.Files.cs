// Regular files, and the attributes of everything.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Importing;

/// <content>Files and attributes.</content>
internal sealed partial class Importer
{
    private const int BlockBytes = 4096;
    private const uint OrdinaryBits = 0x1FF;
    private const uint NewFileBits = 0x1B6; // rw-rw-rw-

    private static ReadOnlySpan<byte> AccessAcl => "system.posix_acl_access"u8;

    private static ReadOnlySpan<byte> DefaultAcl => "system.posix_acl_default"u8;

    private Result CopyFile(BuildNode node, UnixPath path)
    {
        OpenFlags flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        Result<InodeStat> there = _mount.Stat(path.Span, FinalLink.Keep);
        if (there.IsOk)
        {
            Result<bool> prepared = Prepare(node, there.Value, path, out bool isKept);
            if (!prepared.TryGet(out bool isRemoved, out FsError refused))
            {
                return refused;
            }

            if (isKept)
            {
                return Result.Ok;
            }

            flags = isRemoved ? flags : OpenFlags.O_WRONLY | OpenFlags.O_TRUNC;
        }

        bool isNew = (flags & OpenFlags.O_CREAT) != 0;
        uint mode = _options.IgnoresMode ? NewFileBits : node.Mode & OrdinaryBits;
        Result<OpenFile> opened = _mount.Open(path.Span, flags, mode);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            return error;
        }

        Result done;
        using (file)
        {
            done = WriteData(node, file);
            done = done.IsOk ? SetAttributes(node, file) : done;
        }

        if (!done.IsOk && isNew)
        {
            // OK: because the first error is the one that matters; a name that stays is seen with it.
            _ = _mount.Unlink(path.Span);
        }

        return done;
    }

    // True when the way is free for a new file; false when the one that is there is written to.
    private Result<bool> Prepare(BuildNode node, InodeStat there, UnixPath path, out bool isKept)
    {
        isKept = false;
        if (there.Attributes.IsDirectory)
        {
            return FaultlineReasons.ImportFileOverDirectory;
        }

        if (MustKeep(node, there))
        {
            isKept = true;
            return false;
        }

        InodeStat meant = there;
        if (there.Attributes.IsSymbolicLink && _options.Existing != ExistingTarget.Replace)
        {
            // Written to is what the link names; a link to nothing makes nothing.
            Result<InodeStat> followed = _mount.Stat(path.Span);
            if (!followed.TryGet(out meant, out _))
            {
                return FaultlineReasons.ImportDangling;
            }
        }

        bool isItself = node.Content is ImageContent source && source.Is(_mount, meant.Number);
        if (isItself)
        {
            return FaultlineReasons.ImportSame;
        }

        bool isWritten = meant.Attributes.IsRegular && _options.Existing != ExistingTarget.Replace;
        if (isWritten)
        {
            return false;
        }

        Result removed = _mount.Unlink(path.Span);
        return removed.IsOk ? true : removed.Error;
    }

    private Result WriteData(BuildNode node, OpenFile file)
    {
        IReadOnlyList<BuildRange> ranges = _options.Holes == HoleKeeping.Nowhere || node.Ranges is null
            ? node.SizeBytes == 0 ? [] : [new BuildRange(0, node.SizeBytes)]
            : node.Ranges;
        long end = 0;
        foreach (BuildRange range in ranges)
        {
            for (long position = range.Position; position < range.End; position += _buffer.Length)
            {
                _cancellation.ThrowIfCancellationRequested();
                int length = (int)long.Min(_buffer.Length, range.End - position);
                Span<byte> bytes = _buffer.AsSpan(0, length);
                node.Content!.Read(position, bytes);
                Result written = _options.Holes == HoleKeeping.Everywhere
                    ? WriteNonZero(file, position, bytes, ref end)
                    : WriteAll(file, position, bytes, ref end);
                if (!written.IsOk)
                {
                    return written;
                }

                _bytes += length;
                _progress?.Report(new Progress.FsProgress("copy", _items, _bytes, null, null, default));
            }
        }

        return end == node.SizeBytes ? Result.Ok : file.Truncate(node.SizeBytes);
    }

    private static Result WriteAll(OpenFile file, long position, ReadOnlySpan<byte> bytes, ref long end)
    {
        while (!bytes.IsEmpty)
        {
            Result<int> written = file.Write(position, bytes);
            if (!written.TryGet(out int count, out FsError error))
            {
                return error;
            }

            position += count;
            bytes = bytes.Slice(count);
            end = position;
        }

        return Result.Ok;
    }

    private static Result WriteNonZero(OpenFile file, long position, ReadOnlySpan<byte> bytes, ref long end)
    {
        int start = 0;
        while (start < bytes.Length)
        {
            int stop = start;
            while (stop < bytes.Length && !IsZero(bytes, stop))
            {
                stop = int.Min(stop + BlockBytes, bytes.Length);
            }

            if (stop > start)
            {
                Result written = WriteAll(file, position + start, bytes.Slice(start, stop - start), ref end);
                if (!written.IsOk)
                {
                    return written;
                }
            }

            start = stop + BlockBytes;
        }

        return Result.Ok;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes, int start) =>
        bytes.Slice(start, int.Min(BlockBytes, bytes.Length - start)).IndexOfAnyExcept((byte)0) < 0;

    // Owner first: changing it clears set-id bits, which the mode then sets; times last: the others change them.
    private Result SetAttributes(BuildNode node, OpenFile file)
    {
        InodeAttributes now = file.Inode.Attributes;
        uint mode = node.Mode & ModeBits.PermissionMask;
        bool changesOwner = _options.PreserveOwner && (now.Uid != node.Uid || now.Gid != node.Gid);
        Result result = changesOwner ? _mount.Chown(file, node.Uid, node.Gid) : Result.Ok;
        bool changesMode = _options.PreserveMode && (changesOwner || (now.Mode & ModeBits.PermissionMask) != mode);
        result = result.IsOk && changesMode ? _mount.Chmod(file, mode) : result;
        foreach (BuildXattr xattr in node.Xattrs)
        {
            result = result.IsOk && IsPreserved(xattr.Name.Span)
                ? _mount.SetXattr(file, xattr.Name.Span, xattr.Value.Span)
                : result;
        }

        return result.IsOk && _options.PreserveTimes
            ? _mount.SetTimes(file, TimeUpdate.Set(node.AccessTime), TimeUpdate.Set(node.ModifyTime))
            : result;
    }

    private Result SetAttributes(BuildNode node, UnixPath path)
    {
        Result result = _options.PreserveOwner
            ? _mount.Chown(path.Span, node.Uid, node.Gid, FinalLink.Keep)
            : Result.Ok;
        bool changesMode = _options.PreserveMode && !node.IsSymbolicLink;
        result = result.IsOk && changesMode
            ? _mount.Chmod(path.Span, node.Mode & ModeBits.PermissionMask)
            : result;
        foreach (BuildXattr xattr in node.Xattrs)
        {
            result = result.IsOk && IsPreserved(xattr.Name.Span)
                ? _mount.SetXattr(path.Span, xattr.Name.Span, xattr.Value.Span, XattrFlags.None, FinalLink.Keep)
                : result;
        }

        return result.IsOk && _options.PreserveTimes
            ? _mount.SetTimes(
                path.Span, TimeUpdate.Set(node.AccessTime), TimeUpdate.Set(node.ModifyTime), FinalLink.Keep)
            : result;
    }

    private bool IsPreserved(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(AccessAcl) || name.SequenceEqual(DefaultAcl)
            ? _options.PreserveMode
            : _options.PreserveXattrs;
}
