// The options of cp, spelled as those of coreutils.

using System;
using System.Collections.Generic;
using System.CommandLine;
using Faultline.Importing;

namespace Faultline.Cli.Editing;

/// <summary>The options of cp.</summary>
internal sealed class CopyArguments
{
    private static readonly string[] s_attributes =
        ["mode", "ownership", "timestamps", "links", "xattr", "context", "all"];

    private readonly Option<bool> _recursive = new("-r", "-R", "--recursive") { Description = "Copy directories" };
    private readonly Option<bool> _archive = new("-a", "--archive") { Description = "As -dR --preserve=all" };
    private readonly Option<bool> _ordinary = new("-p") { Description = "As --preserve=mode,ownership,timestamps" };
    private readonly Option<string[]> _preserve = new("--preserve")
    {
        Description = "Preserve: mode, ownership, timestamps, links, xattr, all",
    };

    private readonly Option<string[]> _without = new("--no-preserve")
    {
        Description = "Do not preserve: mode, ownership, timestamps, links, xattr, all",
    };

    private readonly Option<bool> _linksToo = new("-d") { Description = "As -P --preserve=links" };
    private readonly Option<bool> _follow = new("-L", "--dereference") { Description = "Follow all links" };
    private readonly Option<bool> _followSource = new("-H") { Description = "Follow links that are arguments" };
    private readonly Option<bool> _noFollow = new("-P", "--no-dereference") { Description = "Follow no link" };
    private readonly Option<bool> _keep = new("-n", "--no-clobber") { Description = "Replace nothing" };
    private readonly Option<bool> _update = new("-u", "--update") { Description = "Replace only what is older" };
    private readonly Option<bool> _force = new("-f", "--force") { Description = "Accepted: nothing is asked anyway" };
    private readonly Option<bool> _remove = new("--remove-destination")
    {
        Description = "Remove a file that is there, rather than write to it",
    };

    private readonly Option<bool> _exact = new("-T", "--no-target-directory")
    {
        Description = "The target is the name of the copy, also if it is a directory",
    };

    private readonly Option<string?> _directory = new("-t", "--target-directory")
    {
        Description = "The directory that copies go to; then all arguments are sources",
    };

    private readonly Option<string> _sparse = new("--sparse")
    {
        Description = "auto: holes as in the source; always: zeros become holes; never",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _reflink = new("--reflink")
    {
        Description = "never or auto: ext4 shares no blocks",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _oneFileSystem = new("-x", "--one-file-system")
    {
        Description = "Leave out what is mounted below a source on the host",
    };

    internal CopyArguments()
    {
        _ = _sparse.AcceptOnlyFromAmong("auto", "always", "never");
        _ = _reflink.AcceptOnlyFromAmong("auto", "always", "never");
    }

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            _recursive, _archive, _ordinary, _preserve, _without, _linksToo, _follow, _followSource, _noFollow, _keep,
            _update, _force, _remove, _exact, _directory, _sparse, _reflink, _oneFileSystem])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether directories are copied.</summary>
    internal bool IsRecursive(ParseResult parsed) => parsed.GetValue(_recursive) || parsed.GetValue(_archive);

    /// <summary>Whether the target is a name, whatever it is.</summary>
    internal bool IsExact(ParseResult parsed) => parsed.GetValue(_exact);

    /// <summary>The directory that copies go to, or null.</summary>
    internal string? Directory(ParseResult parsed) => parsed.GetValue(_directory);

    /// <summary>What is not to be preserved.</summary>
    internal HashSet<string> Without(ParseResult parsed) => Names(parsed.GetValue(_without));

    /// <summary>Refuses options that copying out of an image does not know.</summary>
    /// <exception cref="UsageException">One of them was given.</exception>
    internal void RefuseOutward(ParseResult parsed)
    {
        foreach (Option option in (Option[])[
            _follow, _followSource, _keep, _update, _remove, _exact, _directory, _oneFileSystem])
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name}: not when copying out of an image");
            }
        }

        if (parsed.GetValue(_sparse) != "auto")
        {
            throw new UsageException("--sparse: copies out of an image have the holes of their source");
        }
    }

    /// <summary>The options of a copy into an image.</summary>
    /// <exception cref="UsageException">One of them cannot be read.</exception>
    internal ImportOptions Read(ParseResult parsed)
    {
        if (parsed.GetValue(_reflink) == "always")
        {
            throw new FileSystemException(FaultlineReasons.ReflinkUnsupported);
        }

        HashSet<string> preserve = Names(parsed.GetValue(_preserve));
        if (parsed.GetValue(_ordinary))
        {
            preserve.UnionWith(["mode", "ownership", "timestamps"]);
        }

        if (parsed.GetValue(_archive))
        {
            preserve.UnionWith(s_attributes);
        }

        if (parsed.GetValue(_linksToo))
        {
            _ = preserve.Add("links");
        }

        preserve.ExceptWith(Without(parsed));
        bool followsNone = parsed.GetValue(_noFollow) || parsed.GetValue(_linksToo) || parsed.GetValue(_archive);
        return new ImportOptions
        {
            Recursive = IsRecursive(parsed),
            PreserveMode = preserve.Contains("mode"),
            IgnoresMode = Without(parsed).Contains("mode"),
            PreserveOwner = preserve.Contains("ownership"),
            PreserveTimes = preserve.Contains("timestamps"),
            PreserveLinks = preserve.Contains("links"),
            PreserveXattrs = preserve.Contains("xattr"),
            Links = parsed.GetValue(_follow) ? LinkFollowing.Always
                : parsed.GetValue(_followSource) ? LinkFollowing.Source
                : followsNone || IsRecursive(parsed) ? LinkFollowing.Never
                : LinkFollowing.Always,
            Existing = parsed.GetValue(_keep) ? ExistingTarget.Keep
                : parsed.GetValue(_update) ? ExistingTarget.OverwriteOlder
                : parsed.GetValue(_remove) ? ExistingTarget.Replace
                : ExistingTarget.Overwrite,
            Holes = parsed.GetValue(_sparse) switch
            {
                "always" => HoleKeeping.Everywhere,
                "never" => HoleKeeping.Nowhere,
                _ => HoleKeeping.AsSource,
            },
            IsOneFileSystem = parsed.GetValue(_oneFileSystem),
        };
    }

    private static HashSet<string> Names(string[]? lists)
    {
        HashSet<string> names = [];
        foreach (string list in lists ?? [])
        {
            foreach (string name in list.Split(','))
            {
                if (Array.IndexOf(s_attributes, name) < 0)
                {
                    throw new UsageException($"{name}: not one of {string.Join(", ", s_attributes)}");
                }

                _ = names.Add(name);
            }
        }

        if (names.Contains("all"))
        {
            names.UnionWith(s_attributes);
        }

        return names;
    }
}
