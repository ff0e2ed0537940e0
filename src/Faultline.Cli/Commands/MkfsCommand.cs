// faultline mkfs: makes volumes.

using System.CommandLine;
using System.Globalization;
using Faultline.Cli.Editing;
using Faultline.Cli.Making;
using Faultline.Ext.Making;

namespace Faultline.Cli.Commands;

/// <summary>faultline mkfs TYPE IMAGE --size SIZE</summary>
internal static class MkfsCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> type = new("type") { Description = "ext2, ext3 or ext4" };
        Argument<string> image = new("image") { Description = "Image file, made if it is not there, or block device" };
        Option<string?> size = new("-s", "--size") { Description = "Bytes of the volume, with a unit if you like" };
        Option<bool> force = new("-F", "--force") { Description = "Replace the volume that is there" };
        Option<bool> reproducible = new("--reproducible")
        {
            Description = "Nothing random, no time of day: the same arguments make the same bytes",
        };
        FormatArguments arguments = new();
        Command command = new("mkfs", "Make a volume, with the defaults and options of mke2fs")
        {
            type, image, size, force, reproducible,
        };
        arguments.AddTo(command);
        add(command, parsed =>
        {
            long? bytes = parsed.GetValue(size) is string text ? SizeText.Parse(text) : null;
            try
            {
                FormatOptions options = arguments.Read(parsed, parsed.GetRequiredValue(type), bytes);
                options = Reproducible.Apply(options, parsed.GetValue(reproducible));
                Print(session, FileSystem.Format(parsed.GetRequiredValue(image), options, parsed.GetValue(force)));
            }
            finally
            {
                arguments.Close();
            }

            return session.Code();
        });
    }

    private static void Print(Session session, FormatSummary made)
    {
        if (made.Note is not null)
        {
            session.Error.WriteLine($"faultline: note: {made.Note}");
        }

        if (session.IsJson)
        {
            session.WriteJson(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("blockSize", made.BlockSize);
                writer.WriteNumber("blocks", made.BlockCount);
                writer.WriteNumber("inodes", made.InodeCount);
                writer.WriteNumber("groups", made.GroupCount);
                writer.WriteNumber("journalBlocks", made.JournalBlockCount);
                writer.WriteNumber("reservedBlocks", made.ReservedBlockCount);
                writer.WriteString("uuid", made.Uuid.ToString());
                writer.WriteNumber("bytesWritten", made.WrittenBytes);
                writer.WriteEndObject();
            });
            return;
        }

        session.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{made.BlockCount} blocks of {made.BlockSize} bytes, {made.InodeCount} inodes, {made.GroupCount} groups"));
        session.Output.Line(string.Create(
            CultureInfo.InvariantCulture, $"journal: {made.JournalBlockCount} blocks; UUID: {made.Uuid}"));
    }
}
