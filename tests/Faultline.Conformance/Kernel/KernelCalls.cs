// The suite's calls on the running kernel, in a directory of a mount.
//
// Paths are relative to the working directory of the thread, which is the test's own (unshare CLONE_FS: umask and
// working directory are the thread's). Credentials change around each call, for this thread alone, by the bare
// system calls; the saved user id stays 0, so that the way back is open.

using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Faultline.Conformance.Kernel;

internal sealed unsafe partial class KernelCalls : IFileSystemCalls, IDisposable
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const int AtEffectiveAccess = 0x200;
    private const nint Keep = -1;

    private readonly Caller _caller;
    private readonly ConcurrentDictionary<int, int> _open; // tests with threads share it

    internal KernelCalls(string directory)
        : this(directory, Caller.Root, new ConcurrentDictionary<int, int>())
    {
    }

    private KernelCalls(string directory, Caller caller, ConcurrentDictionary<int, int> open)
    {
        AbsolutePrefix = directory;
        _caller = caller;
        _open = open;
    }

    public string AbsolutePrefix { get; }

    public IFileSystemCalls As(Caller caller) => new KernelCalls(AbsolutePrefix, caller, _open);

    public uint Umask(uint mask) => Libc.umask(mask);

    public void Dispose()
    {
        foreach (int descriptor in _open.Keys)
        {
            _ = Libc.close(descriptor);
        }

        _open.Clear();
    }

    private static (int User, int Group, int Groups) Numbers => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (117, 119, 116),
        Architecture.Arm64 => (147, 149, 159),
        _ => throw new PlatformNotSupportedException("the numbers of setresuid, setresgid and setgroups are not known"),
    };

    private Scope Enter() => new(_caller);

    private static Outcome<long> Answer(long answer) => answer < 0 ? Libc.LastError : answer;

    private Outcome<Handle> Opened(int descriptor)
    {
        if (descriptor < 0)
        {
            return Libc.LastError;
        }

        _open[descriptor] = descriptor;
        return new KernelHandle(descriptor);
    }

    private static int Fd(Handle handle) => ((KernelHandle)handle).Descriptor;

    private static byte[] Text(FsPath path)
    {
        ReadOnlySpan<byte> inside = path.Bytes.AsSpan().TrimStart((byte)'/');
        return inside.IsEmpty && path.Bytes.Length > 0 ? [(byte)'.', 0] : [.. inside, 0];
    }

    private static byte[] Raw(FsPath text) => [.. text.Bytes, 0];

    // On somebody's behalf until it is disposed.
    private readonly ref struct Scope
    {
        private readonly bool _isOther;

        internal Scope(Caller caller)
        {
            _isOther = caller != Caller.Root;
            if (_isOther)
            {
                (int user, int group, int groups) = Numbers;
                fixed (uint* list = caller.Groups)
                {
                    Require(Libc.syscall(groups, caller.Groups.Length, (nint)list, 0));
                }

                Require(Libc.syscall(group, Keep, (nint)caller.Gid, Keep));
                Require(Libc.syscall(user, Keep, (nint)caller.Uid, Keep));
            }
        }

        public void Dispose()
        {
            if (_isOther)
            {
                (int user, int group, int groups) = Numbers;
                Require(Libc.syscall(user, Keep, 0, Keep));
                Require(Libc.syscall(group, Keep, 0, Keep));
                Require(Libc.syscall(groups, 0, 0, 0));
            }
        }

        private static void Require(nint answer)
        {
            if (answer != 0)
            {
                throw new InvalidOperationException($"credentials: {Libc.LastError}");
            }
        }
    }
}
