// A volume mounted by the running kernel: it writes what we then read, and replays what we replay.

using System;
using System.IO;

namespace Faultline.Ext.Tests;

internal sealed class KernelMount : IDisposable
{
    private readonly string _image;
    private readonly string _loop;
    private bool _isDown;

    internal KernelMount(string image, string options = "rw")
    {
        _image = image;
        Path = Directory.CreateTempSubdirectory("faultline-mnt").FullName;
        _loop = Tool.Run("losetup", "--find", "--show", image).Trim();
        try
        {
            Tool.Run("mount", "-t", "ext4", "-o", options, _loop, Path);
        }
        catch (Xunit.Sdk.XunitException)
        {
            Tool.Run("losetup", "-d", _loop);
            Directory.Delete(Path);
            throw;
        }
    }

    internal string Path { get; }

    internal string At(string relative) => System.IO.Path.Combine(Path, relative);

    // Stops the volume as a power cut would: nothing more is written.
    internal void ShutDown()
    {
        Tool.Run("xfs_io", "-x", "-c", "shutdown", Path);
        CutOff();
    }

    // As ShutDown, but what is in the log so far reaches the device.
    internal void ShutDownFlushingLog()
    {
        Tool.Run("xfs_io", "-x", "-c", "shutdown -f", Path);
        CutOff();
    }

    internal bool IsDown => _isDown;

    internal void Shell(string script) => Tool.Run("sh", "-ec", $"cd '{Path}'; {script}");

    public void Dispose()
    {
        Tool.Unmount(Path);
        Tool.Run("losetup", "-d", _loop);
        Directory.Delete(Path);
        if (_isDown)
        {
            File.Move(Cut, _image, overwrite: true);
        }
    }

    private string Cut => _image + ".cut";

    // Unmounting writes the buffers home, also after a shutdown, and would leave a replay nothing to do.
    private void CutOff()
    {
        Tool.Run("cp", "--sparse=always", _image, Cut);
        _isDown = true;
    }
}
