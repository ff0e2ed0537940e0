// Copies into images: from the host, from other images, from the same one.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Cli.Output;
using Faultline.Importing;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Editing;

/// <summary>Copies into images.</summary>
/// <param name="session">The run.</param>
/// <param name="options">How.</param>
/// <param name="isExact">Whether the target is the name of the copy, whatever it is.</param>
internal sealed class CopyInto(Session session, ImportOptions options, bool isExact)
{
    /// <summary>Copies sources to a target; what fails is reported and the others go on.</summary>
    /// <param name="sources">Host paths, and paths inside images, which may be patterns.</param>
    /// <param name="argument">The target.</param>
    /// <param name="needsDirectory">Whether it has to be a directory.</param>
    internal void Copy(IReadOnlyList<string> sources, string argument, bool needsDirectory)
    {
        // First, so that a volume that is source and target is opened for writing.
        EditTarget target = EditTargets.One(session, argument);
        foreach (string source in sources)
        {
            session.Try(source, () =>
            {
                if (ImageAddress.IsInside(source))
                {
                    CopyFromImage(source, target, needsDirectory || sources.Count > 1);
                }
                else
                {
                    CopyFromHost(source, target, needsDirectory || sources.Count > 1);
                }
            });
        }
    }

    /// <summary>Reports what could not be copied.</summary>
    internal static void Summarise(Session session, ImportResult result)
    {
        foreach (TreeProblem problem in result.Problems)
        {
            session.Report(problem);
        }
    }

    private void CopyFromHost(string source, EditTarget target, bool needsDirectory)
    {
        UnixPath name = new UnixPath(Path.TrimEndingDirectorySeparator(source)).Name;
        UnixPath to = NameOf(target, name, Directory.Exists(source), needsDirectory);
        Summarise(session, ProgressBar.Run(session, "copying", progress =>
            target.Volume.CopyIn(source, to, options, progress, session.Cancellation)));
    }

    private void CopyFromImage(string source, EditTarget target, bool needsDirectory)
    {
        IReadOnlyList<EditTarget> all = EditTargets.ExpandForReading(session, source);
        foreach (EditTarget one in all)
        {
            session.Try(one.Text, () =>
            {
                FinalLink final = options.Links == LinkFollowing.Never ? FinalLink.Keep : FinalLink.Follow;
                bool isDirectory = one.Volume.TryStat(one.Path, out InodeStat stat, final)
                    && stat.Attributes.IsDirectory;
                UnixPath to = NameOf(target, one.Path.Name, isDirectory, needsDirectory || all.Count > 1);
                Summarise(session, ProgressBar.Run(session, "copying", progress => target.Volume.CopyFrom(
                    one.Volume, one.Path, to, options, progress, session.Cancellation)));
            });
        }
    }

    // A name with a slash behind it is a directory's: it is there, or a directory is copied to it.
    private UnixPath NameOf(EditTarget target, UnixPath name, bool isDirectory, bool needsDirectory)
    {
        bool isSlashed = target.Path.Span.Length > 1 && target.Path.Span.EndsWith("/"u8);
        bool mustBeThere = needsDirectory || (isSlashed && !isDirectory);
        return EditTargets.NameAt(target, name, isExact, mustBeThere);
    }
}
