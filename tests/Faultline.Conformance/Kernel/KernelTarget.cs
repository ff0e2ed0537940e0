// The running kernel as a target. One mount serves all tests, each in a directory of its own; a test that needs a small
// or a frozen file system gets its own mount.
//
// A test runs on a thread of its own, whose umask and working directory are not the process's.

using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Faultline.Conformance.Kernel;

internal sealed class KernelTarget(string type, string folder) : Target($"kernel-{type}")
{
    private const int CloneFs = 0x200;
    private const long SharedBytes = 512L << 20;
    private KernelVolume? _shared;
    private int _count;

    internal override void Run(Action<IFileSystemCalls> body)
    {
        _shared ??= new KernelVolume(Path.Combine(folder, Id), type, SharedBytes);
        string directory = _shared.MakeDirectory(_count++);
        OnOwnThread(directory, body);
    }

    internal override void RunAlone(long sizeBytes, Action<IFileSystemCalls> body)
    {
        using KernelVolume own = new(Path.Combine(folder, $"{Id}-{_count++}"), type, sizeBytes);
        OnOwnThread(own.MakeDirectory(0), body);
    }

    public override void Dispose() => _shared?.Dispose();

    private static void OnOwnThread(string directory, Action<IFileSystemCalls> body)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter(directory);
                using KernelCalls calls = new(directory);
                body(calls);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            // Or the mount would be busy until the last of the thread is gone.
            GoTo("/");
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void Enter(string directory)
    {
        Assert.True(Libc.unshare(CloneFs) == 0, "the kernel's mounts need root");
        GoTo(directory);
        _ = Libc.umask(0);
    }

    private static unsafe void GoTo(string directory)
    {
        byte[] path = [.. System.Text.Encoding.UTF8.GetBytes(directory), 0];
        fixed (byte* text = path)
        {
            Assert.Equal(0, Libc.chdir(text));
        }
    }
}
