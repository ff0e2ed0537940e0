// faultline cat: the bytes of files.

using System;
using System.CommandLine;
using System.IO;
using Faultline.Files;

namespace Faultline.Cli.Commands;

/// <summary>faultline cat IMAGE:/path...</summary>
internal static class CatCommand
{
    private const int BufferBytes = 1 << 20;

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Command command = new("cat", "Write files to standard output") { paths };
        add(command, parsed =>
        {
            foreach (string text in parsed.GetRequiredValue(paths))
            {
                session.Try(text, () => Write(session, ImageAddress.Parse(text)));
            }

            return session.Code();
        });
    }

    private static void Write(Session session, ImageAddress address)
    {
        using FileHandle file = session.Open(address).OpenFile(address.PathOrRoot);
        Stream output = session.Output.Stream;
        byte[] buffer = new byte[(int)Math.Clamp(file.SizeBytes, 1, BufferBytes)];
        long position = 0;
        while (true)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            int read = file.Read(buffer, position);
            if (read == 0)
            {
                break;
            }

            output.Write(buffer, 0, read);
            position += read;
        }
    }
}
