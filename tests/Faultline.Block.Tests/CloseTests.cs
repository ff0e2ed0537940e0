// Goal: closing a device under transfers closes the descriptor after them, and later transfers fail by name.

using System;
using System.IO;
using System.Linq;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;

namespace Faultline.Block.Tests;

public sealed class CloseTests
{
    [Fact]
    public void TransfersAfterClose_FailByName_AndThoseBeforeAreRight()
    {
        string path = Path.Combine(Path.GetTempPath(), $"faultline-tests-close-{Environment.ProcessId}");
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)7, 1 << 20)]);
        try
        {
            for (int turn = 0; turn < 50; turn++)
            {
                RunOnce(path);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void RunOnce(string path)
    {
        FileDevice device = FileDevice.Open(path);
        int wrong = 0;
        Errno last = Errno.OK;
        Thread reader = new(() =>
        {
            byte[] buffer = new byte[4096];
            try
            {
                while (true)
                {
                    device.Read(8192, buffer);
                    wrong += buffer.AsSpan().IndexOfAnyExcept((byte)7) >= 0 ? 1 : 0;
                }
            }
            catch (FsException exception)
            {
                last = exception.Error.Errno;
            }
        });
        reader.Start();
        device.Dispose();

        // Whatever opens next would get the number of a descriptor that was closed too early.
        using FileStream other = new("/dev/zero", FileMode.Open, FileAccess.Read);
        reader.Join();
        Assert.Equal(0, wrong);
        Assert.Equal(Errno.ESTALE, last);
    }
}
