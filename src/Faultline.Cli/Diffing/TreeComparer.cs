// Compares two trees path by path, both sorted.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Faultline.Cli.Output;

namespace Faultline.Cli.Diffing;

/// <summary>Compares two trees.</summary>
internal sealed class TreeComparer(
    IDiffSide left, IDiffSide right, bool ignoresTimes, bool ignoresOwners, CancellationToken cancellation)
{
    private const int BufferBytes = 1 << 18;
    private const long TickNanoseconds = 100;
    private readonly byte[] _leftBuffer = new byte[BufferBytes];
    private readonly byte[] _rightBuffer = new byte[BufferBytes];

    internal IEnumerable<Difference> Compare()
    {
        SortedDictionary<string, DiffItem> lefts = left.List();
        SortedDictionary<string, DiffItem> rights = right.List();
        SortedSet<string> paths = new(lefts.Keys, StringComparer.Ordinal);
        paths.UnionWith(rights.Keys);
        foreach (string path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isLeft = lefts.TryGetValue(path, out DiffItem? one);
            bool isRight = rights.TryGetValue(path, out DiffItem? other);
            if (!isLeft || !isRight)
            {
                yield return new Difference(path, "presence", one?.Type ?? "-", other?.Type ?? "-");
                continue;
            }

            foreach (Difference difference in CompareItems(path, one!, other!))
            {
                yield return difference;
            }
        }
    }

    private IEnumerable<Difference> CompareItems(string path, DiffItem one, DiffItem other)
    {
        if (one.Type != other.Type)
        {
            yield return new Difference(path, "type", one.Type, other.Type);
            yield break;
        }

        if (one.Mode is uint mode && other.Mode is uint otherMode && mode != otherMode)
        {
            yield return new Difference(path, "mode", Convert.ToString(mode, 8), Convert.ToString(otherMode, 8));
        }

        if (!ignoresOwners && one.Owner is string owner && other.Owner is string otherOwner && owner != otherOwner)
        {
            yield return new Difference(path, "owner", owner, otherOwner);
        }

        if (!ignoresTimes && !SameTime(one, other))
        {
            yield return new Difference(path, "mtime", Times.Exact(one.ModifyTime), Times.Exact(other.ModifyTime));
        }

        if (one.Target != other.Target)
        {
            yield return new Difference(path, "target", one.Target ?? "", other.Target ?? "");
        }

        if (one.Xattrs is not null && other.Xattrs is not null && Text(one.Xattrs) != Text(other.Xattrs))
        {
            yield return new Difference(path, "xattr", Text(one.Xattrs), Text(other.Xattrs));
        }

        if (one.Type == "file" && CompareData(path, one, other) is Difference found)
        {
            yield return found;
        }
    }

    // What one side cannot see is not compared.
    private string Text(IReadOnlyList<string> xattrs)
    {
        bool comparesTrusted = left.SeesTrusted && right.SeesTrusted;
        return string.Join(' ', xattrs.Where(text =>
            comparesTrusted || !text.StartsWith("trusted.", StringComparison.Ordinal)));
    }

    // The host's clock ticks in 100 ns here: what .NET cannot show cannot differ.
    private static bool SameTime(DiffItem one, DiffItem other) =>
        one.ModifyTime.Seconds == other.ModifyTime.Seconds
        && one.ModifyTime.Nanoseconds / TickNanoseconds == other.ModifyTime.Nanoseconds / TickNanoseconds;

    private Difference? CompareData(string path, DiffItem one, DiffItem other)
    {
        if (one.SizeBytes != other.SizeBytes)
        {
            return new Difference(path, "size", Text(one.SizeBytes), Text(other.SizeBytes));
        }

        using Stream first = left.Open(path);
        using Stream second = right.Open(path);
        long position = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = first.ReadAtLeast(_leftBuffer, BufferBytes, throwOnEndOfStream: false);
            int otherRead = second.ReadAtLeast(_rightBuffer, BufferBytes, throwOnEndOfStream: false);
            int same = _leftBuffer.AsSpan(0, read).CommonPrefixLength(_rightBuffer.AsSpan(0, otherRead));
            if (same < Math.Max(read, otherRead))
            {
                return new Difference(path, "data", $"at byte {position + same}", "");
            }

            if (read == 0)
            {
                return null;
            }

            position += read;
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
