// Sums the lock validator's files of all test processes: classes, edges, acquisitions, reports, and the declared orders
// that never ran, with the reason of each. Exit code 1 when there is a report or an order seen but not declared.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Faultline.Locking.Reporting;

namespace Faultline.LockSummary;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        string directory = arguments[0];
        long acquisitions = 0;
        int processes = 0;
        HashSet<string> classes = [];
        HashSet<(string From, string To)> edges = [];
        foreach (string file in Directory.EnumerateFiles(directory, "lockdep-*.json"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement root = document.RootElement;
            processes++;
            acquisitions += root.GetProperty("acquisitions").GetInt64();
            foreach (JsonElement edge in root.GetProperty("edges").EnumerateArray())
            {
                string from = edge.GetProperty("from").GetString()!;
                string to = edge.GetProperty("to").GetString()!;
                classes.Add(from);
                classes.Add(to);
                edges.Add((from, to));
            }

            foreach (JsonElement report in root.GetProperty("reports").EnumerateArray())
            {
                Console.WriteLine($"lock report in {Path.GetFileName(file)}: {report.GetRawText()}");
            }
        }

        LockCoverage coverage = LockCoverage.FromDirectory(directory);
        Console.WriteLine(
            $"lockdep: {processes} processes, {acquisitions} acquisitions, {classes.Count} classes on edges, {edges.Count} edges");
        Console.WriteLine("an unseen order belongs to a path that this version does not have yet; the text says which");
        Console.Write(coverage.ToText());
        return coverage.ReportCount == 0 ? 0 : 1;
    }
}
