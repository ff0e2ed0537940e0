// Random operations of every kind on a volume, in step with a model of what they did. One thread.
//
// CrashWorkload.cs         which operation comes next; syncs
// CrashWorkload.Names.cs   operations on names and attributes
// CrashWorkload.Data.cs    operations on data

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Lab.Crash;

/// <summary>Random operations on a volume.</summary>
internal sealed partial class CrashWorkload
{
    private const int NamesMax = 24;

    private readonly SuperBlock _volume;
    private readonly Mount _mount;
    private readonly CrashTrace _trace;
    private readonly CrashSetup _setup;
    private readonly Prng _random;
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<OpenFile> _unlinked = [];
    private int _nameCount;
    private string _what = "";
    private string _about = "";
    private int _start;

    /// <summary>Makes a workload.</summary>
    /// <param name="volume">The volume, just made.</param>
    /// <param name="trace">What its devices do.</param>
    /// <param name="setup">What it can do.</param>
    /// <param name="seed">Decides everything.</param>
    internal CrashWorkload(SuperBlock volume, CrashTrace trace, CrashSetup setup, ulong seed)
    {
        _volume = volume;
        _mount = new Mount(volume, Credentials.Root) { Umask = 0 };
        _trace = trace;
        _setup = setup;
        _random = new Prng(seed);
        Model = new CrashModel();
        Model.Root.Names.Add("lost+found", new TreeNode(ModeBits.S_IFDIR | 0x1C0) { Links = 2 });
        Model.Root.Links = 3;
        Model.Changed(0, "mkfs");
    }

    /// <summary>What was done.</summary>
    internal CrashModel Model { get; }

    /// <summary>Operations by kind.</summary>
    internal IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Runs operations.</summary>
    /// <param name="operations">How many.</param>
    /// <exception cref="InvalidOperationException">An operation failed that must not.</exception>
    internal void Run(int operations)
    {
        for (int index = 0; index < operations; index++)
        {
            _start = _trace.Window;
            _about = "";
            Step();
            Model.Log.Add(string.Create(
                CultureInfo.InvariantCulture, $"windows {_start}..{_trace.Window}: {_what} {_about}"));
            _counts[_what] = _counts.GetValueOrDefault(_what) + 1;
        }

        foreach (OpenFile file in _unlinked)
        {
            file.Dispose();
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void Step()
    {
        List<(string Path, TreeNode Node)> files = [.. Nodes().Where(static item => item.Node.File is not null)];
        long choice = _random.Below(100);
        if (files.Count == 0 || choice < 32)
        {
            ChangeNames();
        }
        else if (choice < 74)
        {
            (string path, TreeNode node) = Pick(files);
            ChangeData(path, node);
        }
        else
        {
            Sync(files);
        }
    }

    private void Sync(List<(string Path, TreeNode Node)> files)
    {
        (string path, TreeNode node) = Pick(files);
        switch (_random.Below(6))
        {
            case 0:
                _what = "sync";
                Must(_volume.Sync());
                foreach (FileHistory file in Model.Files)
                {
                    file.Sync(_trace.Window);
                }

                Model.Promise(_trace.Window, Model.LastTree);
                break;

            case 1:
                SyncDirectory();
                break;

            default:
                bool isDataOnly = _random.OneIn(2);
                _what = isDataOnly ? "fdatasync" : "fsync";
                _about = path;
                using (OpenFile file = Open(path))
                {
                    Must(file.Sync(isDataOnly));
                }

                node.File!.Sync(_trace.Window);
                Model.Promise(_trace.Window, isDataOnly ? node.FirstTree : node.LastTree);
                break;
        }
    }

    private void SyncDirectory()
    {
        _what = "fsync of a directory";
        (string path, TreeNode node) = Pick(Directories());
        using OpenFile directory =
            _mount.Open(Bytes(path.Length == 0 ? "/" : path), OpenFlags.O_DIRECTORY).OrThrow();
        Must(directory.Sync());
        Model.Promise(_trace.Window, node.LastTree);
    }

    private OpenFile Open(string path, OpenFlags more = OpenFlags.O_RDONLY) =>
        _mount.Open(Bytes(path), OpenFlags.O_RDWR | more).OrThrow();

    private T Pick<T>(List<T> items) => items[(int)_random.Below(items.Count)];

    private List<(string Path, TreeNode Node)> Directories() =>
        [.. Nodes().Where(static item => item.Node.IsDirectory && item.Path != "/lost+found")];

    private List<(string Path, TreeNode Node)> Nodes()
    {
        List<(string Path, TreeNode Node)> found = [("", Model.Root)];
        for (int index = 0; index < found.Count; index++)
        {
            (string path, TreeNode node) = found[index];
            found.AddRange(node.Names.Select(pair => ($"{path}/{pair.Key}", pair.Value)));
        }

        return found;
    }

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"n{_nameCount++}")
        + (_random.OneIn(4) ? new string('x', (int)_random.Below(180)) : "");

    private void Must(Result result)
    {
        if (!result.IsOk)
        {
            throw new InvalidOperationException($"{_what}: {result.Error}");
        }
    }
}
