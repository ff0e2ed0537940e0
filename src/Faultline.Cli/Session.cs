// One run of the command line: the volumes it has opened, where it writes, how it was asked to behave.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Cli.Output;
using Faultline.Opening;
using Faultline.Trees;
using Faultline.Vfs.Mounts;

namespace Faultline.Cli;

/// <summary>One run of the command line.</summary>
internal sealed class Session : IDisposable
{
    private readonly Dictionary<(string Image, int? Partition), FileSystem> _open = [];

    internal Session(Stream standardOutput, TextWriter standardError, CancellationToken cancellation)
    {
        Output = new ByteOutput(standardOutput);
        Error = standardError;
        Cancellation = cancellation;
    }

    /// <summary>Where results go.</summary>
    internal ByteOutput Output { get; }

    /// <summary>Where messages go.</summary>
    internal TextWriter Error { get; }

    /// <summary>Set by Ctrl-C.</summary>
    internal CancellationToken Cancellation { get; }

    /// <summary>Whether results are JSON.</summary>
    internal bool IsJson { get; set; }

    /// <summary>Whether progress is shown.</summary>
    internal bool ShowsProgress { get; set; }

    /// <summary>Mount options from the command line.</summary>
    internal string MountOptions { get; set; } = "";

    /// <summary>Host path of the device of an external journal, or null.</summary>
    internal string? JournalPath { get; set; }

    /// <summary>Whether damage or differences were reported.</summary>
    internal bool HasFindings { get; set; }

    /// <summary>The worst thing that happened to one of several arguments.</summary>
    internal ExitCode Worst { get; private set; }

    /// <summary>Opens the volume an argument names, once.</summary>
    internal FileSystem Open(ImageAddress address)
    {
        (string Image, int? Partition) key = (address.Image, address.Partition);
        if (_open.TryGetValue(key, out FileSystem? known))
        {
            return known;
        }

        Result<MountOptions> parsed = Vfs.Mounts.MountOptions.Parse(MountOptions);
        if (!parsed.TryGet(out MountOptions? options, out FsError error))
        {
            throw new UsageException(error.ToString());
        }

        OpenOptions how = new()
        {
            Partition = address.Partition,
            Mount = options,
            JournalPath = JournalPath,
        };
        FileSystem opened = FileSystem.Open(address.Image, how);
        _open.Add(key, opened);
        return opened;
    }

    /// <summary>Runs one argument; what fails is reported and the others go on.</summary>
    internal void Try(string argument, Action body)
    {
        try
        {
            body();
        }
        catch (FileSystemException exception)
        {
            Fail(argument, exception);
        }
    }

    /// <summary>Reports what went wrong at one place of a tree.</summary>
    internal void Report(TreeProblem problem)
    {
        HasFindings = true;
        Output.Flush();
        Error.WriteLine($"faultline: {Printable.Of(problem.Path.ToString())}: {problem.Error}");
    }

    /// <summary>The exit code so far.</summary>
    internal ExitCode Code() => Worst != ExitCode.Done ? Worst : HasFindings ? ExitCode.Findings : ExitCode.Done;

    public void Dispose()
    {
        Output.Dispose();
        foreach (FileSystem volume in _open.Values)
        {
            volume.Dispose();
        }
    }

    private void Fail(string argument, FileSystemException exception)
    {
        Output.Flush();
        Error.WriteLine($"faultline: {Printable.Of(argument)}: {exception.Error}");
        ExitCode code = ExitCodes.Of(exception.Error);
        Worst = Worst == ExitCode.Done || exception.Errno == Errno.EUCLEAN ? code : Worst;
    }
}
