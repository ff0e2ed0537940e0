// One run of the command line: the volumes it has opened, where it writes, how it was asked to behave.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
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

    /// <summary>The array that the answers for several arguments go to, or null.</summary>
    private Utf8JsonWriter? Items { get; set; }

    /// <summary>The worst thing that happened to one of several arguments.</summary>
    internal ExitCode Worst { get; private set; }

    /// <summary>Opens the volume an argument names, once.</summary>
    internal FileSystem Open(ImageAddress address) => Open(address, forWriting: false);

    /// <summary>Opens the volume an argument names, to be changed, once. A volume that is opened for writing and for
    /// reading is opened for writing first.</summary>
    internal FileSystem OpenForWriting(ImageAddress address) => Open(address, forWriting: true);

    /// <summary>Makes durable what was changed.</summary>
    internal void Sync()
    {
        foreach (FileSystem volume in _open.Values)
        {
            if (!volume.IsReadOnly)
            {
                volume.Sync();
            }
        }
    }

    private FileSystem Open(ImageAddress address, bool forWriting)
    {
        (string Image, int? Partition) key = (Path.GetFullPath(address.Image), address.Partition);
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
            Mount = forWriting ? options with { ReadOnly = false } : options,
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

    /// <summary>Runs each argument of a command that describes its arguments. In JSON one argument is one document, and
    /// several are one array of their answers, without those that failed.</summary>
    internal void TryEach(string[] arguments, Action<ImageAddress> body) =>
        TryAll(arguments, arguments.Length > 1, body);

    /// <summary>Runs each argument of a command that lists. In JSON all that it lists is one array.</summary>
    internal void TryList(string[] arguments, Action<ImageAddress> body) => TryAll(arguments, true, body);

    private void TryAll(string[] arguments, bool isArray, Action<ImageAddress> body)
    {
        if (IsJson && isArray)
        {
            Items = Json.Writer(Output.Stream);
            Items.WriteStartArray();
        }

        foreach (string argument in arguments)
        {
            Try(argument, () => body(ImageAddress.Parse(argument)));
        }

        if (Items is not null)
        {
            Items.WriteEndArray();
            Items.Dispose();
            Items = null;
            _ = Output.Line();
        }
    }

    /// <summary>Writes one JSON document, or one item of the array that several arguments share.</summary>
    internal void WriteJson(Action<Utf8JsonWriter> body)
    {
        if (Items is not null)
        {
            body(Items);
            return;
        }

        using (Utf8JsonWriter writer = Json.Writer(Output.Stream))
        {
            body(writer);
        }

        _ = Output.Line();
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
