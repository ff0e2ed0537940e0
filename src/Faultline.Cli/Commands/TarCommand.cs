// faultline tar: a tree as a pax archive.

using System.CommandLine;
using System.IO;
using Faultline.Cli.Output;
using Faultline.Extraction;

namespace Faultline.Cli.Commands;

/// <summary>faultline tar IMAGE:/path [-f FILE]</summary>
internal static class TarCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> path = new("path") { Description = "IMAGE:/path" };
        Option<string> file = new("-f", "--file")
        {
            Description = "Where to write the archive; standard output by default",
            DefaultValueFactory = _ => "-",
        };
        Command command = new("tar", "Write a tree as a pax archive, with holes and extended attributes")
        {
            path, file,
        };
        add(command, parsed =>
        {
            ImageAddress address = ImageAddress.Parse(parsed.GetRequiredValue(path));
            string target = parsed.GetRequiredValue(file);
            FileSystem volume = session.Open(address);
            if (target == "-")
            {
                using BufferedStream buffered = new(session.Output.Stream, 1 << 16);
                Export(session, volume, address, buffered);
                return session.Code();
            }

            using FileStream stream = new(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            Export(session, volume, address, stream);
            return session.Code();
        });
    }

    private static void Export(Session session, FileSystem volume, ImageAddress address, Stream destination)
    {
        ExtractionResult result = ProgressBar.Run(session, "archiving", progress =>
            volume.ExportTar(address.PathOrRoot, destination, progress, session.Cancellation));
        CpCommand.Summarise(session, result);
    }
}
