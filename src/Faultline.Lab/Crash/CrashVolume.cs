// Makes empty volumes of a kind with the real tool.

using System;
using System.Globalization;
using System.IO;

namespace Faultline.Lab.Crash;

/// <summary>The bytes of an empty volume.</summary>
/// <param name="Volume">Of the volume.</param>
/// <param name="Journal">Of its external journal, or null.</param>
public sealed record CrashVolume(byte[] Volume, byte[]? Journal)
{
    private const int JournalBytes = 2 << 20;
    private const string VolumeUuid = "5ca1ab1e-0000-4000-8000-00000000000f";
    private const string JournalUuid = "5ca1ab1e-0000-4000-8000-0000000000f0";

    /// <summary>Makes a volume.</summary>
    /// <param name="setup">Its kind.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="InvalidOperationException">mke2fs failed.</exception>
    public static CrashVolume Make(CrashSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        string folder = Directory.CreateTempSubdirectory("faultline-crash").FullName;
        string image = Path.Combine(folder, "image");
        string journal = Path.Combine(folder, "journal");
        string loop = "";
        try
        {
            Size(image, setup.SizeBytes);
            string[] place = setup.HasNoJournal ? [] : ["-J", "size=" + JournalMegabytes(setup)];
            if (setup.HasExternalJournal)
            {
                Size(journal, JournalBytes);
                string block = setup.BlockBytes.ToString(CultureInfo.InvariantCulture);
                _ = Run("mke2fs", "-q", "-F", "-O", "journal_dev", "-b", block, "-U", JournalUuid, journal);
                loop = Run("losetup", "--find", "--show", journal).Trim();
                place = ["-J", "device=" + loop];
            }

            _ = Run(
                "mke2fs",
                ["-q", "-F", "-N", setup.Inodes.ToString(CultureInfo.InvariantCulture), "-m", "0", "-U", VolumeUuid,
                    "-E", "hash_seed=" + VolumeUuid, .. place, .. setup.Options, image]);
            return new CrashVolume(
                File.ReadAllBytes(image), setup.HasExternalJournal ? File.ReadAllBytes(journal) : null);
        }
        finally
        {
            if (loop.Length > 0)
            {
                _ = Run("losetup", "-d", loop);
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    // At least 1024 blocks.
    private static string JournalMegabytes(CrashSetup setup) =>
        (setup.BlockBytes / 1024).ToString(CultureInfo.InvariantCulture);

    private static void Size(string path, long sizeBytes)
    {
        using FileStream stream = new(path, FileMode.Create);
        stream.SetLength(sizeBytes);
    }

    private static string Run(string file, params string[] arguments) =>
        HostTool.Run(out string output, file, arguments) == 0
            ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: {output}");
}
