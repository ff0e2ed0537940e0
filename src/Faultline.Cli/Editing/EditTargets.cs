// What the arguments of a command name inside images. A path with *, ? or [...] stands for what it matches, as a shell
// would have it: each part of the path matches names of one directory, a leading dot only if the pattern has it.

using System;
using System.Collections.Generic;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Editing;

/// <summary>Finds what arguments name.</summary>
internal static class EditTargets
{
    /// <summary>What one argument names; exactly one place, which need not exist.</summary>
    internal static EditTarget One(Session session, string argument)
    {
        ImageAddress address = AddressOf(argument);
        return new EditTarget(session.OpenForWriting(address), address.Path!.Value, argument);
    }

    /// <summary>What an argument names, its pattern resolved. A pattern that matches nothing is its own name.</summary>
    internal static IReadOnlyList<EditTarget> Expand(Session session, string argument) =>
        Expand(session, argument, forWriting: true);

    /// <summary>As <see cref="Expand(Session, string)"/>, for what is only read. A volume that is open for writing
    /// already stays so.</summary>
    internal static IReadOnlyList<EditTarget> ExpandForReading(Session session, string argument) =>
        Expand(session, argument, forWriting: false);

    private static IReadOnlyList<EditTarget> Expand(Session session, string argument, bool forWriting)
    {
        ImageAddress address = AddressOf(argument);
        FileSystem volume = forWriting ? session.OpenForWriting(address) : session.Open(address);
        string text = address.Path!.Value.ToString();
        if ((text.AsSpan().IndexOfAny("*?[") < 0) || volume.TryStat(address.Path.Value, out _, FinalLink.Keep))
        {
            return [new EditTarget(volume, address.Path.Value, argument)];
        }

        List<UnixPath> found = [UnixPath.Root];
        foreach (string part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = Match(volume, found, part);
        }

        if (found.Count == 0)
        {
            return [new EditTarget(volume, address.Path.Value, argument)];
        }

        string prefix = argument[..(argument.Length - text.Length)];
        return found.ConvertAll(path => new EditTarget(volume, path, prefix + path));
    }

    /// <summary>Runs a body for each place that arguments name; what fails is reported and the others go on.</summary>
    internal static void ForEach(Session session, IEnumerable<string> arguments, Action<EditTarget> body)
    {
        foreach (string argument in arguments)
        {
            session.Try(argument, () =>
            {
                foreach (EditTarget target in Expand(session, argument))
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    session.Try(target.Text, () => body(target));
                }
            });
        }
    }

    /// <summary>The new name of something that goes to a target, as coreutils decide: in the target if that is a
    /// directory and not to be replaced itself, else the target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="name">The name that it has; "." and the root have none and go into a directory themselves.</param>
    /// <param name="isExact">Whether the target is the name, whatever it is.</param>
    /// <param name="isOneOfMany">Whether several things go there, so that it has to be a directory.</param>
    /// <exception cref="FileSystemException">ENOTDIR it is none.</exception>
    internal static UnixPath NameAt(EditTarget target, UnixPath name, bool isExact, bool isOneOfMany)
    {
        bool isDirectory = !isExact && IsDirectory(target.Volume, target.Path);
        if (isOneOfMany && !isDirectory)
        {
            throw new FileSystemException(FaultlineReasons.TargetNoDirectory, target.Path);
        }

        bool hasName = !name.IsEmpty && name != "." && name != "..";
        return isDirectory && hasName ? Below(target.Path, name) : target.Path;
    }

    /// <summary>A name below a directory.</summary>
    internal static UnixPath Below(UnixPath directory, UnixPath name) => directory.Append(name.Span);

    /// <summary>Where an entry of a walk is.</summary>
    internal static UnixPath At(EditTarget start, in TreeEntry entry) =>
        entry.Path.IsEmpty ? start.Path : start.Path.Append(entry.Path.Span);

    /// <summary>Whether a path is a directory, links followed.</summary>
    internal static bool IsDirectory(FileSystem volume, UnixPath path) =>
        volume.TryStat(path, out InodeStat stat) && stat.Attributes.IsDirectory;

    private static ImageAddress AddressOf(string argument)
    {
        ImageAddress address = ImageAddress.Parse(argument);
        return address.Path is null
            ? throw new UsageException($"{argument}: which file of the image? Say IMAGE:/path")
            : address;
    }

    private static List<UnixPath> Match(FileSystem volume, List<UnixPath> directories, string part)
    {
        List<UnixPath> matches = [];
        bool isPattern = part.AsSpan().IndexOfAny("*?[") >= 0;
        foreach (UnixPath directory in directories)
        {
            if (!isPattern)
            {
                UnixPath path = directory.Append(new UnixPath(part).Span);
                if (volume.TryStat(path, out _, FinalLink.Keep))
                {
                    matches.Add(path);
                }

                continue;
            }

            if (IsDirectory(volume, directory))
            {
                AddMatches(volume, directory, part, matches);
            }
        }

        return matches;
    }

    private static void AddMatches(FileSystem volume, UnixPath directory, string pattern, List<UnixPath> matches)
    {
        List<string> names = [];
        foreach (DirectoryItem item in volume.EnumerateDirectory(directory))
        {
            string name = item.Name.ToString();
            bool isHidden = name.StartsWith('.') && !pattern.StartsWith('.');
            if (!isHidden && Wildcard.Matches(pattern, name))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        foreach (string name in names)
        {
            matches.Add(directory.Append(new UnixPath(name).Span));
        }
    }
}
