// faultline mv: moves names inside an image, and between images.

using System.Collections.Generic;
using System.CommandLine;
using Faultline.Abi;
using Faultline.Cli.Editing;
using Faultline.Cli.Output;
using Faultline.Importing;
using Faultline.Paths;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline mv [-n] [-T] [--exchange] IMAGE:/path... IMAGE:/target</summary>
internal static class MvCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = new ArgumentArity(2, 100_000),
            Description = "IMAGE:/path, once or more, and the new name or a directory, of the same or another image",
        };
        Option<bool> keep = new("-n", "--no-clobber") { Description = "Replace nothing" };
        Option<bool> exact = new("-T", "--no-target-directory") { Description = "The target is a name, also if it is a directory" };
        Option<bool> exchange = new("--exchange") { Description = "Exchange two names" };
        Command command = new("mv", "Move names inside an image, and between images") { paths, keep, exact, exchange };
        add(command, parsed =>
        {
            string[] all = parsed.GetRequiredValue(paths);
            EditTarget target = EditTargets.One(session, all[^1]);
            bool isExact = parsed.GetValue(exact) || parsed.GetValue(exchange);
            RenameFlags flags = parsed.GetValue(exchange)
                ? RenameFlags.RENAME_EXCHANGE
                : parsed.GetValue(keep) ? RenameFlags.RENAME_NOREPLACE : RenameFlags.None;
            IEnumerable<string> sources = all[..^1];
            EditTargets.ForEach(session, sources, source =>
            {
                UnixPath to = EditTargets.NameAt(target, source.Path.Name, isExact, all.Length > 2);
                if (ReferenceEquals(source.Volume, target.Volume))
                {
                    source.Volume.Move(source.Path, to, flags);
                    return;
                }

                if (flags == RenameFlags.RENAME_EXCHANGE)
                {
                    throw new UsageException($"{source.Text}: names of two images are not exchanged");
                }

                MoveAcross(session, source, target.Volume, to, parsed.GetValue(keep));
            });
            return session.Code();
        });
    }

    // The copy is durable before the source goes: interrupted, both are there.
    private static void MoveAcross(Session session, EditTarget source, FileSystem volume, UnixPath to, bool keeps)
    {
        bool isThere = volume.TryStat(to, out InodeStat there, FinalLink.Keep);
        if (isThere && there.Attributes.IsDirectory)
        {
            // As rename(2): only an empty directory makes room, and only for a directory.
            if (!source.Volume.Stat(source.Path, FinalLink.Keep).Attributes.IsDirectory)
            {
                throw new FileSystemException(FaultlineReasons.MoveOverDirectory, to);
            }

            volume.DeleteDirectory(to);
        }

        ImportOptions options = new() { Existing = keeps ? ExistingTarget.Keep : ExistingTarget.Replace };
        ImportResult result = ProgressBar.Run(session, "moving", progress =>
            volume.CopyFrom(source.Volume, source.Path, to, options, progress, session.Cancellation));
        CopyInto.Summarise(session, result);
        if (result.Problems.Count == 0 && result.Kept == 0)
        {
            volume.Sync();
            source.Volume.DeleteTree(source.Path, session.Cancellation);
        }
    }
}
