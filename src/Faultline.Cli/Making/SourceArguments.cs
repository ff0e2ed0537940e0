// What of the sources of an image goes into it.

using System.CommandLine;
using System.Globalization;
using Faultline.Building;
using Faultline.Cli.Editing;

namespace Faultline.Cli.Making;

/// <summary>What of the sources of an image goes into it.</summary>
internal sealed class SourceArguments
{
    private readonly Option<string?> _owner = new("--owner") { Description = "UID or UID:GID of everything" };
    private readonly Option<string?> _group = new("--group") { Description = "GID of everything" };
    private readonly Option<string?> _mode = new("--mode") { Description = "Change of all modes, as chmod: go-w, a+rX" };
    private readonly Option<bool> _noXattrs = new("--no-xattrs") { Description = "No extended attributes, no ACLs" };
    private readonly Option<bool> _oneFileSystem = new("-x", "--one-file-system")
    {
        Description = "Leave out what is mounted below a source directory",
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "Threads that read and write" };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_owner, _group, _mode, _noXattrs, _oneFileSystem, _threads])
        {
            command.Add(option);
        }
    }

    /// <summary>The options that were given.</summary>
    /// <exception cref="UsageException">One of them cannot be read.</exception>
    internal BuildOptions Read(ParseResult parsed)
    {
        string[] owner = parsed.GetValue(_owner)?.Split(':') ?? [];
        string? group = parsed.GetValue(_group) ?? (owner.Length == 2 ? owner[1] : null);
        ModeChange? change = parsed.GetValue(_mode) is string text ? ModeChange.Parse(text) : null;
        int? threads = parsed.GetValue(_threads);
        if (owner.Length > 2 || threads is < 1 or > 64)
        {
            throw new UsageException(owner.Length > 2 ? "--owner: UID or UID:GID" : "--threads: 1 to 64");
        }

        return new BuildOptions
        {
            Uid = owner.Length > 0 ? Number(owner[0]) : null,
            Gid = group is null ? null : Number(group),
            ChangeMode = change is null ? null : change.Apply,
            KeepsXattrs = !parsed.GetValue(_noXattrs),
            IsOneFileSystem = parsed.GetValue(_oneFileSystem),
            Threads = threads,
        };
    }

    // Numbers only: a name means one thing here and another in the image.
    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new UsageException($"{text}: owners and groups are numbers here");
}
