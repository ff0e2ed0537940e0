// faultline df: space of volumes.

using System.CommandLine;
using System.Text.Json;
using Faultline.Cli.Output;
using Faultline.Vfs.Mounts;

namespace Faultline.Cli.Commands;

/// <summary>faultline df IMAGE...</summary>
internal static class DfCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> images = new("image") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE or IMAGE@N" };
        Command command = new("df", "Show the space of volumes") { images };
        add(command, parsed =>
        {
            if (!session.IsJson)
            {
                session.Output.Line(
                    $"{"image",-32} {"type",-6} {"size",8} {"used",8} {"avail",8} {"inodes",10} {"ifree",10}");
            }

            foreach (string text in parsed.GetRequiredValue(images))
            {
                session.Try(text, () => Show(session, ImageAddress.Parse(text)));
            }

            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address)
    {
        FileSystem volume = session.Open(address);
        StatFs space = volume.Space;
        double unit = space.BlockSizeBytes;
        if (!session.IsJson)
        {
            session.Output.Line(
                $"{address,-32} {volume.Identity.TypeName,-6} {Sizes.Human(space.Blocks * unit),8} "
                + $"{Sizes.Human((space.Blocks - space.BlocksFree) * unit),8} "
                + $"{Sizes.Human(space.BlocksAvailable * unit),8} {space.Files,10} {space.FilesFree,10}");
            return;
        }

        using (Utf8JsonWriter writer = Json.Writer(session.Output.Stream))
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
        }

        _ = session.Output.Line();
    }
}
