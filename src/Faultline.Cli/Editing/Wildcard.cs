// Patterns of glob(7) for one name: *, ?, [abc], [a-z], [!a-z], and a backslash before what is meant literally.

using System;

namespace Faultline.Cli.Editing;

/// <summary>Matches names with patterns.</summary>
internal static class Wildcard
{
    /// <summary>Whether a name matches.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="name">The name.</param>
    /// <returns>True when all of it does.</returns>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int at = 0;
        int in_ = 0;
        int star = -1;
        int mark = 0;
        while (in_ < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at;
                mark = in_;
                at++;
                continue;
            }

            int next = at;
            if (at < pattern.Length && MatchesOne(pattern, ref next, name[in_]))
            {
                at = next;
                in_++;
                continue;
            }

            if (star < 0)
            {
                return false;
            }

            // The star takes one more.
            at = star + 1;
            mark++;
            in_ = mark;
        }

        return pattern.Slice(at).IndexOfAnyExcept('*') < 0;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int at, char value)
    {
        char first = pattern[at];
        at++;
        if (first == '?')
        {
            return true;
        }

        if (first == '\\' && at < pattern.Length)
        {
            first = pattern[at];
            at++;
            return first == value;
        }

        int end = first == '[' ? EndOfSet(pattern, at) : -1;
        if (end < 0)
        {
            return first == value;
        }

        bool matches = InSet(pattern.Slice(at, end - at), value);
        at = end + 1;
        return matches;
    }

    // A bracket right at the start belongs to the set.
    private static int EndOfSet(ReadOnlySpan<char> pattern, int start)
    {
        int from = start;
        if (from < pattern.Length && pattern[from] is '!' or '^')
        {
            from++;
        }

        int end = from + 1 <= pattern.Length ? pattern.Slice(Math.Min(from + 1, pattern.Length)).IndexOf(']') : -1;
        return end < 0 ? -1 : end + from + 1;
    }

    private static bool InSet(ReadOnlySpan<char> set, char value)
    {
        bool isNegated = set.Length > 0 && set[0] is '!' or '^';
        set = isNegated ? set.Slice(1) : set;
        bool isIn = false;
        for (int index = 0; index < set.Length; index++)
        {
            bool isRange = index + 2 < set.Length && set[index + 1] == '-';
            char last = isRange ? set[index + 2] : set[index];
            isIn |= value >= set[index] && value <= last;
            index += isRange ? 2 : 0;
        }

        return isIn != isNegated;
    }
}
