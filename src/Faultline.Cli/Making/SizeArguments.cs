// How large an image with contents is to be.

using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Ext.Building;

namespace Faultline.Cli.Making;

/// <summary>How large an image with contents is to be.</summary>
internal sealed class SizeArguments
{
    private readonly Option<string?> _size = new("-s", "--size") { Description = "Bytes of the volume" };
    private readonly Option<bool> _minimal = new("--minimal")
    {
        Description = "As small as the contents allow, with no inode to spare, and nothing reserved unless -m says so",
    };

    private readonly Option<string?> _free = new("--free")
    {
        Description = "Bytes that remain free (a tenth of the contents, at least 4M)",
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_size);
        command.Add(_minimal);
        command.Add(_free);
    }

    /// <summary>The options that were given.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal (long? Size, BuildSizing Sizing) Read(ParseResult parsed)
    {
        string? size = parsed.GetValue(_size);
        string? free = parsed.GetValue(_free);
        bool isMinimal = parsed.GetValue(_minimal);
        if (size is not null && (isMinimal || free is not null))
        {
            throw new UsageException("--size leaves nothing for --minimal or --free to decide");
        }

        return (size is null ? null : SizeText.Parse(size), new BuildSizing
        {
            IsMinimal = isMinimal,
            FreeBytes = free is null ? null : SizeText.Parse(free),
        });
    }
}
