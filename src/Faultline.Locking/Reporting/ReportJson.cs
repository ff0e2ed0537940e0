// Reports, edges and numbers as JSON, written by hand so that nothing needs reflection.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>Formats reports and whole validators as JSON.</summary>
internal static class ReportJson
{
    public static string Format(LockReport report) => Write(json => Report(json, report));

    /// <summary>Everything a process knows: numbers, reports, edges.</summary>
    public static string Format(LockValidator validator, string program) => Write(json =>
    {
        LockStatistics numbers = validator.Statistics;
        json.WriteStartObject();
        json.WriteString("program", program);
        json.WriteNumber("classes", numbers.ClassCount);
        json.WriteNumber("edgeCount", numbers.EdgeCount);
        json.WriteNumber("chains", numbers.ChainCount);
        json.WriteNumber("acquisitions", numbers.AcquisitionCount);
        json.WriteNumber("chainHits", numbers.ChainHitCount);
        json.WriteStartArray("reports");
        foreach (LockReport report in validator.Reports)
        {
            Report(json, report);
        }

        json.WriteEndArray();
        Edges(json, "edges", validator.Edges);
        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> body)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            body(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Report(Utf8JsonWriter json, LockReport report)
    {
        json.WriteStartObject();
        json.WriteString("kind", report.Kind.ToString());
        json.WriteString("title", ReportText.Title(report.Kind));
        json.WriteString("message", report.Message);
        Site(json, report.Site);
        json.WriteStartArray("held");
        foreach (string held in report.Held)
        {
            json.WriteStringValue(held);
        }

        json.WriteEndArray();
        Edges(json, "cycle", report.Cycle);
        json.WriteEndObject();
    }

    private static void Edges(Utf8JsonWriter json, string name, IReadOnlyList<LockEdge> edges)
    {
        json.WriteStartArray(name);
        foreach (LockEdge edge in edges)
        {
            json.WriteStartObject();
            json.WriteString("from", edge.From);
            json.WriteString("fromClass", edge.FromClass.Name);
            json.WriteString("fromMode", edge.FromMode.ToString());
            json.WriteString("to", edge.To);
            json.WriteString("toClass", edge.ToClass.Name);
            json.WriteString("toMode", edge.ToMode.ToString());
            Site(json, edge.Site);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Site(Utf8JsonWriter json, LockSite site)
    {
        json.WriteString("task", site.Task);
        json.WriteStartArray("at");
        foreach (string frame in site.Frames)
        {
            json.WriteStringValue(frame);
        }

        json.WriteEndArray();
    }
}
