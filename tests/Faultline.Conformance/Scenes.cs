// What most tests begin or end with.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading;
using Faultline.Base;

namespace Faultline.Conformance;

/// <summary>Short forms of several calls.</summary>
internal static class Scenes
{
    internal const uint Mode644 = 0x1A4;
    internal const uint Mode755 = 0x1ED;
    internal const uint Mode777 = 0x1FF;
    internal const uint Mode700 = 0x1C0;
    internal const uint Mode600 = 0x180;

    /// <summary>A new file with contents, closed.</summary>
    internal static void MakeFile(this IFileSystemCalls fs, FsPath path, string content = "", uint mode = Mode644)
    {
        Handle file = fs.Open(path, O_CREAT | O_EXCL | O_WRONLY, mode).Ok();
        if (content.Length > 0)
        {
            Assert.Equal(content.Length, fs.Write(file, Encoding.ASCII.GetBytes(content)).Ok());
        }

        fs.Close(file).Ok();
    }

    /// <summary>A new file, open for reading and writing.</summary>
    internal static Handle OpenNew(this IFileSystemCalls fs, FsPath path, int more = 0, uint mode = Mode644) =>
        fs.Open(path, O_CREAT | O_RDWR | more, mode).Ok();

    /// <summary>A new file with contents, open for reading and writing, at its start.</summary>
    internal static Handle OpenNew(this IFileSystemCalls fs, FsPath path, string content, int more = 0)
    {
        Handle file = fs.OpenNew(path, more);
        Assert.Equal(content.Length, fs.PWrite(file, Encoding.ASCII.GetBytes(content), 0).Ok());
        return file;
    }

    /// <summary>A new file of which the user 1000 is owner and group.</summary>
    internal static void MakeFileOf(this IFileSystemCalls fs, Caller owner, FsPath path, uint mode, string content = "")
    {
        fs.MakeFile(path, content, mode);
        fs.ChOwn(path, owner.Uid, owner.Gid).Ok();
        fs.ChMod(path, mode).Ok();
    }

    /// <summary>A new directory of somebody's.</summary>
    internal static void MakeDirOf(this IFileSystemCalls fs, Caller owner, FsPath path, uint mode)
    {
        fs.MkDir(path, mode).Ok();
        fs.ChOwn(path, owner.Uid, owner.Gid).Ok();
        fs.ChMod(path, mode).Ok();
    }

    internal static long Write(this IFileSystemCalls fs, Handle file, string text) =>
        fs.Write(file, Encoding.ASCII.GetBytes(text)).Ok();

    internal static long PWrite(this IFileSystemCalls fs, Handle file, string text, long offset) =>
        fs.PWrite(file, Encoding.ASCII.GetBytes(text), offset).Ok();

    /// <summary>Reads at an offset; text, a full stop for each zero byte.</summary>
    internal static string Text(this IFileSystemCalls fs, Handle file, long offset = 0, int length = 4096)
    {
        byte[] buffer = new byte[length];
        long read = fs.PRead(file, buffer, offset).Ok();
        return Encoding.ASCII.GetString(buffer, 0, (int)read).Replace('\0', '.');
    }

    /// <summary>The whole contents by path.</summary>
    internal static string Content(this IFileSystemCalls fs, FsPath path)
    {
        Handle file = fs.Open(path, O_RDONLY).Ok();
        string text = fs.Text(file);
        fs.Close(file).Ok();
        return text;
    }

    internal static long Size(this IFileSystemCalls fs, Handle file) => fs.FStat(file).Ok().Size;

    /// <summary>Names in a directory, sorted, without "." and "..".</summary>
    internal static string[] Names(this IFileSystemCalls fs, FsPath path)
    {
        Handle directory = fs.Open(path, O_RDONLY | O_DIRECTORY).Ok();
        List<string> names = [];
        while (true)
        {
            IReadOnlyList<DirEntry> entries = fs.GetDents(directory).Ok();
            if (entries.Count == 0)
            {
                break;
            }

            names.AddRange(entries.Select(static entry => entry.Name));
        }

        fs.Close(directory).Ok();
        names.RemoveAll(static name => name is "." or "..");
        names.Sort(StringComparer.Ordinal);
        return [.. names];
    }

    internal static string? Xattr(this IFileSystemCalls fs, FsPath path, FsPath name)
    {
        byte[] value = new byte[65536];
        Outcome<long> length = fs.GetXattr(path, name, value);
        return length.Errno == ENODATA ? null : Encoding.ASCII.GetString(value, 0, (int)length.Ok());
    }

    internal static byte[] Fill(int length, byte value)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    /// <summary>Runs a body on several threads at once; the first that fails fails the test.</summary>
    internal static void Together(int threads, Action<int> body)
    {
        Exception? failure = null;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            try
            {
                body(index);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = exception;
            }
        }))];
        foreach (Thread thread in all)
        {
            thread.Start();
        }

        foreach (Thread thread in all)
        {
            thread.Join();
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Sets both times far back, so that a change shows whatever the clock's grain.</summary>
    internal static StatData Age(this IFileSystemCalls fs, FsPath path)
    {
        fs.LSetTimes(path, new SetTime(1000, 0), new SetTime(2000, 0)).Ok();
        return fs.LStat(path).Ok();
    }

    /// <summary>Waits until the clock of change times has moved past a time.</summary>
    internal static void WaitPast(this IFileSystemCalls fs, UnixTime time)
    {
        for (int turn = 0; turn < 1_000_000; turn++)
        {
            fs.Close(fs.Open("/clock", O_CREAT | O_RDWR, Mode600).Ok()).Ok();
            fs.SetTimes("/clock", SetTime.Now, SetTime.Now).Ok();
            UnixTime now = fs.Stat("/clock").Ok().Ctime;
            fs.Unlink("/clock").Ok();
            if ((now.Seconds, now.Nanoseconds).CompareTo((time.Seconds, time.Nanoseconds)) > 0)
            {
                return;
            }
        }

        Assert.Fail("the clock stands still");
    }
}
