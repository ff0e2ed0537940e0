// Leaves what a process's global validator knows in a file at its end, so that a suite of several
// test processes can be summed. Only when FAULTLINE_LOCKDEP_OUT names a directory.

using System;
using System.Globalization;
using System.IO;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>Writes the file of this process.</summary>
internal static class LockdepOutput
{
    private const string Variable = "FAULTLINE_LOCKDEP_OUT";

    /// <summary>Arranges for the file to be written when the process ends.</summary>
    public static void Arm(LockValidator validator)
    {
        string? directory = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(directory))
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Write(validator, directory);
        }
    }

    public static string Write(LockValidator validator, string directory)
    {
        _ = Directory.CreateDirectory(directory);
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string path = Path.Combine(directory, $"lockdep-{process}.json");
        string program = Path.GetFileName(Environment.ProcessPath) ?? string.Empty;
        File.WriteAllText(path, ReportJson.Format(validator, program));
        return path;
    }
}
