// Copying one file, link or device node.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Files;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Trees;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

internal sealed partial class Extractor
{
    private delegate Errno XattrSetter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    private void TakeFile(in TreeEntry entry, UnixPath name)
    {
        try
        {
            if (!TakeHardLink(entry, name))
            {
                CopyOne(entry, name);
            }
        }
        catch (FsException exception)
        {
            _problems.Add(new TreeProblem(entry.Path, exception.Error));
        }
    }

    private void CopyOne(in TreeEntry entry, UnixPath name)
    {
        InodeAttributes attributes = entry.Stat.Attributes;
        if (attributes.IsRegular)
        {
            CopyRegular(entry, name);
            return;
        }

        IHostDirectory directory = _directories.Top;
        Errno made = attributes.IsSymbolicLink
            ? CopyLink(entry, name)
            : directory.CreateSpecial(name.Span, attributes);
        if (made == Errno.OK)
        {
            Preserve(
                entry,
                (wanted, options) => directory.SetAttributes(name.Span, wanted, options),
                (key, value) => directory.SetXattr(name.Span, key, value));
            RememberLink(entry);
        }
        else if (made is Errno.EPERM or Errno.EOPNOTSUPP)
        {
            NoteOne(entry, "node", made);
        }
        else if (made != Errno.ECANCELED)
        {
            _problems.Add(Refused(entry, made));
        }
    }

    // ECANCELED: the link could not be read, and that is recorded.
    private Errno CopyLink(in TreeEntry entry, UnixPath name)
    {
        using InodeReference inode = new(_mount, entry.Stat.Number);
        Result<ReadOnlyMemory<byte>> target = inode.Inode.ReadLink();
        if (!target.TryGet(out ReadOnlyMemory<byte> bytes, out FsError error))
        {
            _problems.Add(new TreeProblem(entry.Path, error));
            return Errno.ECANCELED;
        }

        return _directories.Top.CreateSymbolicLink(name.Span, bytes.Span);
    }

    private bool TakeHardLink(in TreeEntry entry, UnixPath name)
    {
        if (entry.Stat.Attributes.LinkCount < 2
            || !_linked.TryGetValue(entry.Stat.Number.Value, out UnixPath existing))
        {
            return false;
        }

        Errno made = _directories.Top.CreateHardLink(name.Span, _directories.Root, existing.Span);
        NoteOne(entry, "hard link", made);
        return made == Errno.OK;
    }

    private void RememberLink(in TreeEntry entry)
    {
        if (entry.Stat.Attributes.LinkCount > 1)
        {
            UnixPath path = _topName.IsEmpty ? entry.Path
                : entry.Path.IsEmpty ? _topName
                : _topName.Append(entry.Path.Span);
            _linked[entry.Stat.Number.Value] = path;
        }
    }

    private void CopyRegular(TreeEntry entry, UnixPath name)
    {
        // Past the page cache: every byte is read once, in large aligned pieces.
        Result<OpenFile> opened = _mount.OpenInode(entry.Stat.Number, OpenFlags.O_DIRECT);
        if (!opened.TryGet(out OpenFile? source, out FsError error))
        {
            _problems.Add(new TreeProblem(entry.Path, error));
            return;
        }

        using (source)
        {
            Result<int> readable = source.Read(0, []);
            if (!readable.IsOk)
            {
                _problems.Add(new TreeProblem(entry.Path, readable.Error));
                return;
            }

            Errno made = _directories.Top.CreateFile(name.Span, out IHostFile? target);
            if (target is null)
            {
                _problems.Add(Refused(entry, made));
                return;
            }

            using (target)
            {
                CopyData(entry, source, target);
                Preserve(entry, target.SetAttributes, target.SetXattr);
            }
        }

        RememberLink(entry);
    }

    // Data go where they were; between them the host's file has holes, as the volume's has.
    private void CopyData(in TreeEntry entry, OpenFile source, IHostFile target)
    {
        long size = entry.Stat.Attributes.SizeBytes;
        long position = 0;
        long written = 0;
        while (position < size)
        {
            Result<long> data = source.SeekData(position);
            if (!data.TryGet(out position, out FsError error))
            {
                if (error.Errno != Errno.ENXIO)
                {
                    _problems.Add(new TreeProblem(entry.Path, error));
                }

                break;
            }

            long hole = source.SeekHole(position).OrThrow();
            if (!CopyRange(entry, source, target, position, hole))
            {
                return;
            }

            position = hole;
            written = hole;
        }

        if (written < size && target.SetSize(size) is Errno refused and not Errno.OK)
        {
            _problems.Add(Refused(entry, refused));
        }
    }

    private bool CopyRange(in TreeEntry entry, OpenFile source, IHostFile target, long position, long end)
    {
        while (position < end)
        {
            _cancellation.ThrowIfCancellationRequested();
            Result<int> read = WholeRead.Read(source, position, end, _buffer);
            if (!read.TryGet(out int count, out FsError error) || count == 0)
            {
                FsError reported = read.IsOk ? FaultlineReasons.ShortFile.At(entry.Stat.Number) : error;
                _problems.Add(new TreeProblem(entry.Path, reported));
                return false;
            }

            Errno wrote = target.Write(_buffer.AsSpan(0, count), position);
            if (wrote != Errno.OK)
            {
                throw new System.IO.IOException($"{entry.Path}: cannot write: {wrote}");
            }

            position += count;
            _bytes += count;
            if (count == _buffer.Length)
            {
                _progress?.Report(new FsProgress("copy", _items, _bytes, null, null, entry.Path));
            }
        }

        return true;
    }

    // Owner first, because changing it drops capabilities and setuid; then attributes, while the file may be written;
    // then mode and times. What stays ours does not become setuid on the image's word.
    private void Preserve(
        in TreeEntry entry, Func<InodeAttributes, ExtractionOptions, HostErrors> set, XattrSetter setXattr)
    {
        InodeAttributes attributes = entry.Stat.Attributes;
        Errno owner = set(attributes, _options with { PreserveMode = false, PreserveTimes = false }).Owner;
        CopyXattrs(entry, setXattr);
        InodeAttributes safe = owner == Errno.OK
            ? attributes
            : attributes with { Mode = attributes.Mode & ~(ModeBits.S_ISUID | ModeBits.S_ISGID) };
        HostErrors rest = set(safe, _options with { PreserveOwner = false });
        Note(entry, new HostErrors(owner, rest.Mode, rest.Times));
    }

    private void CopyXattrs(in TreeEntry entry, XattrSetter set)
    {
        if (!_options.PreserveXattrs)
        {
            return;
        }

        try
        {
            using InodeReference inode = new(_mount, entry.Stat.Number);
            foreach (XattrItem item in XattrReader.Read(inode.Inode))
            {
                NoteOne(entry, $"attribute {item.Name}", set(item.Name.Span, item.Value.Span));
            }
        }
        catch (FsException exception)
        {
            _problems.Add(new TreeProblem(entry.Path, exception.Error));
        }
    }
}
