// Writes and syncs a file of an image in several ways. Each sync stands between two lines on standard output, which a
// trace of system calls shows: "begin NAME" and "end NAME".

using System;
using System.IO;
using System.Text;
using Faultline.Files;
using Faultline.Opening;
using Faultline.Vfs.Mounts;

namespace Faultline.Traced;

internal static class Program
{
    private static readonly Stream s_output = Console.OpenStandardOutput();

    private static int Main(string[] arguments)
    {
        OpenOptions options = new() { Mount = new MountOptions { ReadOnly = false } };
        using FileSystem volume = FileSystem.Open(arguments[0], options);
        using FileHandle file = volume.CreateFile("/traced");
        byte[] bytes = new byte[64 << 10];
        bytes.AsSpan().Fill(7);
        file.Write(bytes, 0);
        Between("created and written", () => file.Flush());
        Between("nothing dirty", () => file.Flush());
        file.Write(bytes.AsSpan(0, 4096), 8192);
        Between("written over", () => file.Flush());
        file.Write(bytes.AsSpan(0, 100), 300);
        Between("written over, data only", () => file.Flush(dataOnly: true));
        Between("nothing dirty, data only", () => file.Flush(dataOnly: true));
        file.Write(bytes, 64 << 10);
        Between("appended, data only", () => file.Flush(dataOnly: true));
        file.PunchHole(4096, 16384);
        Between("punched", () => file.Flush());
        volume.CreateDirectory("/made");
        Between("a directory made", volume.Sync);
        Between("volume, nothing dirty", volume.Sync);
        return 0;
    }

    private static void Between(string name, Action body)
    {
        Say($"begin {name}\n");
        body();
        Say($"end {name}\n");
    }

    // One write(2) each.
    private static void Say(string text)
    {
        s_output.Write(Encoding.ASCII.GetBytes(text));
        s_output.Flush();
    }
}
