// faultline ls: lists directories.

using System.CommandLine;

namespace Faultline.Cli.Commands;

/// <summary>faultline ls [-l] [-R] [-i] [-d] [-U] IMAGE:/path...</summary>
internal static class LsCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Option<bool> isLong = new("-l", "--long") { Description = "Mode, links, owner, size, time" };
        Option<bool> recursive = new("-R", "--recursive") { Description = "Directories below, too" };
        Option<bool> inodes = new("-i", "--inode") { Description = "Inode numbers" };
        Option<bool> itself = new("-d", "--directory") { Description = "The directory itself, not what it holds" };
        Option<bool> unsorted = new("-U", "--unsorted") { Description = "In the order of the disk" };
        Option<bool> all = new("-a", "--all") { Description = "Accepted: names with a leading dot are always listed" };
        Command command = new("ls", "List directories") { all, paths, isLong, recursive, inodes, itself, unsorted };
        add(command, parsed =>
        {
            using Lister lister = new(session, new ListOptions(
                parsed.GetValue(isLong),
                parsed.GetValue(recursive),
                parsed.GetValue(inodes),
                parsed.GetValue(itself),
                parsed.GetValue(unsorted)));
            string[] texts = parsed.GetRequiredValue(paths);
            foreach (string text in texts)
            {
                session.Try(text, () => lister.List(ImageAddress.Parse(text), texts.Length > 1));
            }

            return session.Code();
        });
    }
}
