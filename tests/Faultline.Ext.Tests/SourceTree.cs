// A directory tree on the host with every kind of file that needs no privilege, from which images
// are made.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Base;

namespace Faultline.Ext.Tests;

internal sealed class SourceTree : IDisposable
{
    internal SourceTree()
    {
        Path = Directory.CreateTempSubdirectory("faultline-tree").FullName;
        Prng random = new(20261120);
        WriteFile("empty", 0, random);
        WriteFile("tiny", 11, random);
        WriteFile("inline-rest", 120, random);
        WriteFile("one-block", 1000, random);
        WriteFile("medium", 70_001, random);
        WriteFile("large", 3_500_000, random);
        WriteSparse("sparse", 40L << 20, random);
        Directory.CreateDirectory(At("nested/deeper/deepest"));
        WriteFile("nested/deeper/deepest/leaf", 5000, random);
        Directory.CreateDirectory(At("many"));
        for (int index = 0; index < 600; index++)
        {
            File.WriteAllText(At($"many/a file with a rather long name {index:d5}"), $"{index}");
        }

        File.CreateSymbolicLink(At("short-link"), "tiny");
        File.CreateSymbolicLink(At("link-of-59"), new string('x', 59));
        File.CreateSymbolicLink(At("link-of-60"), new string('y', 60));
        File.CreateSymbolicLink(At("long-link"), new string('z', 700));
        Tool.Run("mkfifo", At("fifo"));
        Tool.Run("ln", At("tiny"), At("nested/hard-link"));
        File.WriteAllText(At("ümläut – 漢字"), "name beyond ASCII");
        Tool.Run("setfattr", "-n", "user.small", "-v", "value", At("tiny"));
        Tool.Run("setfattr", "-n", "user.large", "-v", new string('v', 700), At("medium"));
    }

    internal string Path { get; }

    internal string At(string relative) => System.IO.Path.Combine(Path, relative);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal static byte[] Bytes(Prng random, int length)
    {
        byte[] bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    private void WriteFile(string name, int length, Prng random) =>
        File.WriteAllBytes(At(name), Bytes(random, length));

    private void WriteSparse(string name, long length, Prng random)
    {
        using FileStream stream = new(At(name), FileMode.Create);
        foreach (long offset in new List<long> { 0, 100_000, 5_000_000, length - 3000 })
        {
            stream.Position = offset;
            stream.Write(Bytes(random, 3000));
        }
    }
}
