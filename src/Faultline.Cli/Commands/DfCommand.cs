// faultline df: space of volumes.

using System.CommandLine;
using Faultline.Cli.Output;
using Faultline.Vfs.Mounts;

namespace Faultline.Cli.Commands;

/// <summary>faultline df [-h] IMAGE...</summary>
internal static class DfCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> images = new("image") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE or IMAGE@N" };
        Option<bool> human = new("-h", "--human-readable") { Description = "Sizes with units" };
        Command command = new("df", "Show the space of volumes, in KiB") { images, human };
        add(command, parsed =>
        {
            if (!session.IsJson)
            {
                session.Output.Line(
                    $"{"image",-32} {"type",-6} {"size",12} {"used",12} {"avail",12} {"inodes",10} {"ifree",10}");
            }

            bool isHuman = parsed.GetValue(human);
            session.TryEach(parsed.GetRequiredValue(images), address => Show(session, address, isHuman));
            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address, bool isHuman)
    {
        FileSystem volume = session.Open(address);
        StatFs space = volume.Space;
        string Size(ulong blocks) => isHuman
            ? Sizes.Human((double)blocks * space.BlockSizeBytes)
            : Sizes.Kibibytes(blocks, space.BlockSizeBytes);
        if (!session.IsJson)
        {
            session.Output.Line(
                $"{address,-32} {volume.Identity.TypeName,-6} {Size(space.Blocks),12} "
                + $"{Size(space.Blocks - space.BlocksFree),12} "
                + $"{Size(space.BlocksAvailable),12} {space.Files,10} {space.FilesFree,10}");
            return;
        }

        session.WriteJson(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("image", address.ToString());
            writer.WriteString("type", volume.Identity.TypeName);
            writer.WriteNumber("block_size", space.BlockSizeBytes);
            writer.WriteNumber("blocks", space.Blocks);
            writer.WriteNumber("blocks_free", space.BlocksFree);
            writer.WriteNumber("blocks_available", space.BlocksAvailable);
            writer.WriteNumber("files", space.Files);
            writer.WriteNumber("files_free", space.FilesFree);
            writer.WriteEndObject();
        });
    }
}
