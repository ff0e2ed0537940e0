// A tmpfs volume and short words for what the tests do with it.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.PageCache;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Tmpfs.Tests;

internal sealed class Volume : IDisposable
{
    internal Volume(string options = "rw,mode=0755", FolioPool? pool = null)
    {
        Tmpfs = TmpfsVolume.Create(MountOptions.Parse(options).Value, pool);
        Root = new Mount(Tmpfs, Credentials.Root);
        User = new Mount(Tmpfs, new Credentials(1000, 1000, [2000], false));
    }

    internal TmpfsVolume Tmpfs { get; }

    internal Mount Root { get; }

    internal Mount User { get; }

    public void Dispose() => Tmpfs.Dispose();

    internal static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path);

    internal static Errno Outcome(Result result) => result.IsOk ? Errno.OK : result.Error.Errno;

    internal Volume Dir(params string[] paths)
    {
        foreach (string path in paths)
        {
            Root.Mkdir(Bytes(path), 0x1ED).ThrowIfError();
        }

        return this;
    }

    internal Volume File(params string[] paths)
    {
        foreach (string path in paths)
        {
            OpenFlags flags = OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY;
            Root.Open(Bytes(path), flags, 0x1A4).OrThrow().Dispose();
        }

        return this;
    }

    internal Errno Rename(string from, string to, RenameFlags flags = RenameFlags.None) =>
        Outcome(Root.Rename(Bytes(from), Bytes(to), flags));

    internal InodeAttributes Stat(string path) => Root.Stat(Bytes(path), FinalLink.Keep).OrThrow().Attributes;

    internal ulong Number(string path) => Root.Stat(Bytes(path), FinalLink.Keep).OrThrow().Number.Value;

    internal bool Exists(string path) => Root.Stat(Bytes(path), FinalLink.Keep).IsOk;

    internal Errno Open(Mount mount, string path, OpenFlags flags, uint mode = 0x1A4)
    {
        Result<OpenFile> opened = mount.Open(Bytes(path), flags, mode);
        if (opened.IsOk)
        {
            opened.Value.Dispose();
        }

        return opened.IsOk ? Errno.OK : opened.Error.Errno;
    }

    internal List<string> List(string path)
    {
        using OpenFile directory = Root.Open(Bytes(path)).OrThrow();
        NameSink sink = new();
        directory.ReadDirectory(0, sink).ThrowIfError();
        return sink.Names;
    }
}
