// Making volumes with contents.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Faultline.Building;
using Faultline.Progress;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>Makes an image with contents. A file that is there is replaced as a whole when the new one is
    /// finished.</summary>
    /// <param name="path">Host path of the image, or of a block device.</param>
    /// <param name="sources">Host paths of directories and tar archives, or "-" for an archive on standard input; what
    /// a later one brings takes the place of what an earlier one brought.</param>
    /// <param name="options">How it is built, or null.</param>
    /// <param name="progress">Hears how far it is, from any thread; or null.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="FileSystemException">As those of <see cref="ImageBuilder"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is under the name that was not there
    /// before, and a block device holds no volume.</exception>
    public static BuildResult Build(
        string path,
        IReadOnlyList<string> sources,
        BuildOptions? options = null,
        IProgress<FsProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(sources);
        using ImageBuilder builder = new(options ?? new BuildOptions(), progress, cancellation);
        foreach (string source in sources)
        {
            AddSource(builder, source);
        }

        return builder.Write(path);
    }

    private static void AddSource(ImageBuilder builder, string source)
    {
        if (source == "-")
        {
            using Stream input = Console.OpenStandardInput();
            builder.AddTar(input, "standard input");
        }
        else if (Directory.Exists(source))
        {
            builder.AddDirectory(source);
        }
        else
        {
            builder.AddTar(source);
        }
    }
}
