// Goal: an image that was closed can be opened at once, also while other threads of the program start processes. A
// started process holds copies of all descriptors until it executes its program.

using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Block.Devices;

namespace Faultline.Block.Tests;

public sealed class LockReleaseTests
{
    [Fact]
    public async Task AClosedImage_CanBeOpenedWhileProcessesStart()
    {
        string path = Path.GetTempFileName();
        try
        {
            using CancellationTokenSource stop = new();
            Task starter = Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using Process process = Process.Start("true");
                    process.WaitForExit();
                }
            });
            for (int round = 0; round < 60_000; round++)
            {
                FileDevice.Open(path, FileAccess.ReadWrite).Dispose();
            }

            await stop.CancelAsync();
            await starter;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
