// faultline build: makes an image of directories, archives and manifests.

using System.CommandLine;
using System.Globalization;
using Faultline.Base;
using Faultline.Building;
using Faultline.Cli.Making;
using Faultline.Cli.Output;
using Faultline.Ext.Building;
using Faultline.Ext.Making;

namespace Faultline.Cli.Commands;

/// <summary>faultline build IMAGE --from DIR|TAR|- ...</summary>
internal static class BuildCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> image = new("image") { Description = "Image file to be made, or block device" };
        Option<string[]> from = new("--from", "-f")
        {
            Description = "Directory, tar archive (also gzip), or - for an archive on standard input; may be repeated",
        };
        Option<string[]> manifests = new("--manifest")
        {
            Description = "File that adds to, or changes, what the sources bring; may be repeated",
        };
        SizeArguments sizes = new();
        SourceArguments sources = new();
        Option<string> type = new("-t", "--type")
        {
            Description = "ext2, ext3 or ext4",
            DefaultValueFactory = _ => "ext4",
        };
        Option<bool> force = new("-F", "--force") { Description = "Replace the volume that is there" };
        Option<bool> reproducible = new("--reproducible")
        {
            Description = "Nothing random, no time of day: the same tree and arguments make the same bytes",
        };
        FormatArguments arguments = new();
        Command command = new("build", "Make an image with contents: from directories, tar archives and manifests")
        {
            image, from, manifests, type, force, reproducible,
        };
        sizes.AddTo(command);
        sources.AddTo(command);
        arguments.AddTo(command);
        add(command, parsed =>
        {
            try
            {
                (long? size, BuildSizing sizing) = sizes.Read(parsed);
                FormatOptions format = arguments.Read(parsed, parsed.GetRequiredValue(type), size);
                UnixTime? epoch = Reproducible.Epoch();
                BuildOptions options = sources.Read(parsed) with
                {
                    Format = sizing.IsMinimal && !arguments.HasReserved(parsed)
                        ? format with { ReservedPercent = 0 }
                        : format,
                    Sizing = sizing,
                    Manifests = parsed.GetValue(manifests) ?? [],
                    IsReproducible = parsed.GetValue(reproducible) || epoch is not null,
                    SourceDateEpoch = epoch,
                    Replaces = parsed.GetValue(force),
                };
                string target = parsed.GetRequiredValue(image);
                BuildResult built = ProgressBar.Run(session, "building", progress => FileSystem.Build(
                    target, parsed.GetValue(from) ?? [], options, progress, session.Cancellation));
                Print(session, target, built);
            }
            finally
            {
                arguments.Close();
            }

            return session.Code();
        });
    }

    private static void Print(Session session, string image, BuildResult built)
    {
        foreach (string note in built.Notes)
        {
            session.Error.WriteLine($"faultline: note: {Printable.Of(note)}");
        }

        if (session.IsJson)
        {
            session.WriteJson(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("bytes", built.SizeBytes);
                writer.WriteNumber("items", built.ItemCount);
                writer.WriteNumber("contentBytes", built.ContentBytes);
                writer.WriteNumber("blockSize", built.Volume.BlockSize);
                writer.WriteNumber("blocks", built.Volume.BlockCount);
                writer.WriteNumber("inodes", built.Volume.InodeCount);
                writer.WriteString("uuid", built.Volume.Uuid.ToString());
                writer.WriteStartArray("parts");
                foreach ((string what, long bytes) in built.Parts)
                {
                    writer.WriteStartObject();
                    writer.WriteString("what", what);
                    writer.WriteNumber("bytes", bytes);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            });
            return;
        }

        session.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Printable.Of(image)}: {Sizes.Human(built.SizeBytes)}, {built.ItemCount} files and directories, UUID {built.Volume.Uuid}"));
        foreach ((string what, long bytes) in built.Parts)
        {
            session.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{Sizes.Human(bytes),8}  {what}"));
        }
    }
}
