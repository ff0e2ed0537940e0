// A cycle as a picture: the classes on a circle, an arrow from each lock held to the lock wanted.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>Draws reports.</summary>
internal static class CycleSvg
{
    private const int Size = 640;
    private const int Radius = 210;
    private const int BoxWidth = 190;
    private const int BoxHeight = 34;

    private const string Head =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"680\" "
        + "font-family=\"sans-serif\" font-size=\"13\">\n"
        + "<defs><marker id=\"tip\" markerWidth=\"9\" markerHeight=\"9\" refX=\"8\" refY=\"3\" "
        + "orient=\"auto\"><path d=\"M0,0 L8,3 L0,6 z\"/></marker></defs>\n"
        + "<rect width=\"640\" height=\"680\" fill=\"white\"/>\n";

    public static string Format(LockReport report)
    {
        List<string> names = [.. report.Cycle.Select(static edge => edge.From).Distinct()];
        StringBuilder svg = new(Head);
        Text(svg, Size / 2, 24, $"{ReportText.Title(report.Kind)}: {report.Message}");
        foreach (LockEdge edge in report.Cycle)
        {
            int to = names.IndexOf(edge.To);
            Arrow(svg, edge, Place(names.IndexOf(edge.From), names.Count), Place(to, names.Count));
        }

        for (int index = 0; index < names.Count; index++)
        {
            Box(svg, Place(index, names.Count), names[index]);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static (double X, double Y) Place(int index, int count)
    {
        double angle = (2 * Math.PI * index / Math.Max(1, count)) - (Math.PI / 2);
        double middle = Size / 2.0;
        return (middle + (Radius * Math.Cos(angle)), middle + 40 + (Radius * Math.Sin(angle)));
    }

    private static void Arrow(
        StringBuilder svg, LockEdge edge, (double X, double Y) from, (double X, double Y) to)
    {
        double lengthX = to.X - from.X;
        double lengthY = to.Y - from.Y;
        double length = Math.Max(1, Math.Sqrt((lengthX * lengthX) + (lengthY * lengthY)));
        double sideX = -lengthY / length * 14; // Beside the line, so that two arrows stay apart.
        double sideY = lengthX / length * 14;
        double startX = from.X + (lengthX * 0.18) + sideX;
        double startY = from.Y + (lengthY * 0.18) + sideY;
        double endX = from.X + (lengthX * 0.80) + sideX;
        double endY = from.Y + (lengthY * 0.80) + sideY;
        _ = svg.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{startX:F0}\" y1=\"{startY:F0}\" x2=\"{endX:F0}\" y2=\"{endY:F0}\" ");
        _ = svg.Append("stroke=\"black\" marker-end=\"url(#tip)\"/>\n");
        Text(
            svg,
            (int)((startX + endX) / 2),
            (int)((startY + endY) / 2),
            $"holds {edge.FromMode}, wants {edge.ToMode}");
    }

    private static void Box(StringBuilder svg, (double X, double Y) place, string name)
    {
        _ = svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{place.X - (BoxWidth / 2):F0}\" y=\"{place.Y - (BoxHeight / 2):F0}\" ");
        _ = svg.Append(
            CultureInfo.InvariantCulture,
            $"width=\"{BoxWidth}\" height=\"{BoxHeight}\" fill=\"#eef\" stroke=\"black\"/>\n");
        Text(svg, (int)place.X, (int)place.Y + 5, name);
    }

    private static void Text(StringBuilder svg, int x, int y, string text) =>
        _ = svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">")
        .Append(SecurityElement.Escape(text))
        .Append("</text>\n");
}
