// Modes as chmod(1) reads them: octal, or u+x,go-w,a=rX.

using System;
using System.Globalization;

namespace Faultline.Cli.Editing;

/// <summary>A change of permission bits.</summary>
internal sealed class ModeChange
{
    private const uint SetUid = 0x800;
    private const uint SetGid = 0x400;
    private const uint Sticky = 0x200;

    private readonly string _text;
    private readonly uint? _octal;

    private ModeChange(string text, uint? octal)
    {
        _text = text;
        _octal = octal;
    }

    /// <summary>Parses a mode.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal static ModeChange Parse(string text)
    {
        bool isOctal = text.Length is > 0 and < 6 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0;
        ModeChange change = new(text, isOctal ? Convert.ToUInt32(text, 8) & 0xFFF : null);
        _ = change.Apply(0, isDirectory: false);
        return change;
    }

    /// <summary>The new mode of something.</summary>
    internal uint Apply(uint mode, bool isDirectory)
    {
        if (_octal is uint octal)
        {
            return octal;
        }

        uint bits = mode & 0xFFF;
        foreach (string clause in _text.Split(','))
        {
            bits = ApplyClause(clause, bits, isDirectory);
        }

        return bits;
    }

    private uint ApplyClause(string clause, uint bits, bool isDirectory)
    {
        int at = clause.AsSpan().IndexOfAny("+-=");
        if (at < 0)
        {
            throw Bad();
        }

        uint who = 0;
        foreach (char letter in clause.AsSpan(0, at))
        {
            who |= letter switch
            {
                'u' => 0x1C0U | SetUid,
                'g' => 0x38U | SetGid,
                'o' => 7U | Sticky,
                'a' => 0xFFFU,
                _ => throw Bad(),
            };
        }

        who = at == 0 ? 0xFFF : who;
        while (at < clause.Length)
        {
            char operation = clause[at];
            int end = clause.AsSpan(at + 1).IndexOfAny("+-=");
            end = end < 0 ? clause.Length : at + 1 + end;
            uint wanted = Permissions(clause.AsSpan(at + 1, end - at - 1), bits, isDirectory) & who;
            bits = operation switch
            {
                '+' => bits | wanted,
                '-' => bits & ~wanted,
                _ => (bits & ~(who & 0x1FF)) | wanted,
            };
            at = end;
        }

        return bits;
    }

    private uint Permissions(ReadOnlySpan<char> letters, uint bits, bool isDirectory)
    {
        uint wanted = 0;
        foreach (char letter in letters)
        {
            wanted |= letter switch
            {
                'r' => 0x124U,
                'w' => 0x92U,
                'x' => 0x49U,
                'X' => isDirectory || (bits & 0x49) != 0 ? 0x49U : 0U,
                's' => SetUid | SetGid,
                't' => Sticky,
                'u' => Spread(bits >> 6),
                'g' => Spread(bits >> 3),
                'o' => Spread(bits),
                _ => throw Bad(),
            };
        }

        return wanted;
    }

    private static uint Spread(uint bits) => (bits & 7) * 0x49;

    private UsageException Bad() =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_text}: not a mode; say 644 or u+x,go-w"));
}
