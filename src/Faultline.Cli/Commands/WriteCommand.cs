// faultline write: standard input into a file of an image.

using System;
using System.CommandLine;
using System.IO;
using Faultline.Abi;
using Faultline.Cli.Editing;
using Faultline.Files;

namespace Faultline.Cli.Commands;

/// <summary>faultline write [--offset N | --append] [-m MODE] IMAGE:/path &lt; FILE</summary>
internal static class WriteCommand
{
    private const int PieceBytes = 1 << 20;
    private const uint DefaultMode = 0x1A4; // 0644

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> path = new("path") { Description = "IMAGE:/path" };
        Option<string?> offset = new("-o", "--offset")
        {
            Description = "Write from this byte on and keep the rest of the file; with a unit if you like",
        };
        Option<bool> append = new("-a", "--append") { Description = "Write at the end" };
        Option<string?> mode = new("-m", "--mode") { Description = "Permissions of a new file, as for chmod" };
        Command command = new("write", "Write standard input to a file, replacing what it held")
        {
            path, offset, append, mode,
        };
        add(command, parsed =>
        {
            EditTarget target = EditTargets.One(session, parsed.GetRequiredValue(path));
            uint bits = parsed.GetValue(mode) is string text
                ? ModeChange.Parse(text).Apply(DefaultMode, isDirectory: false)
                : DefaultMode;
            string? from = parsed.GetValue(offset);
            bool keeps = from is not null || parsed.GetValue(append);
            using FileHandle file = target.Volume.CreateFile(
                target.Path, keeps ? OpenFlags.O_RDONLY : OpenFlags.O_TRUNC, bits);
            long at = parsed.GetValue(append) ? file.SizeBytes : from is null ? 0 : SizeText.Parse(from);
            using Stream input = Console.OpenStandardInput();
            Copy(session, input, file, at);
            return session.Code();
        });
    }

    private static void Copy(Session session, Stream input, FileHandle file, long at)
    {
        byte[] piece = new byte[PieceBytes];
        while (true)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            int read = input.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            if (read == 0)
            {
                return;
            }

            file.WriteFully(piece.AsSpan(0, read), at);
            at += read;
        }
    }
}
