// Goal: our hashes of names are those of the tools, over every version, seed and kind of name.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Faultline.Base;
using Faultline.Ext.Directories;

namespace Faultline.Ext.Tests;

public sealed partial class HtreeHashTests
{
    private static readonly string[] s_seeds =
        ["00000000-0000-0000-0000-000000000000", "01234567-89ab-cdef-0123-456789abcdef"];

    public static TheoryData<string, byte> Versions => new()
    {
        { "legacy", 0 },
        { "half_md4", 1 },
        { "tea", 2 },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public void Hashes_AreThoseOfTheTools(string name, byte version)
    {
        List<string> names = [];
        for (int length = 1; length <= 255; length = length < 40 ? length + 1 : length + 31)
        {
            names.Add(new string('a', length));
            names.Add("Name-" + new string((char)('b' + (length % 20)), length - 1) + length);
        }

        names.AddRange(["ümläut", "漢字漢字漢字", "ÿþýüûúùø÷öõôóòñðï", "x.y"]);
        foreach (string seed in s_seeds)
        {
            CompareAll(name, (HashVersion)version, seed, names);
        }
    }

    private static void CompareAll(string name, HashVersion version, string seed, List<string> names)
    {
        string script = Path.GetTempFileName();
        List<string> commands = [];
        foreach (string text in names)
        {
            commands.Add($"dx_hash -h {name} -s {seed} {text}");
        }

        File.WriteAllLines(script, commands, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        string output = Tool.Run("debugfs", "-f", script);
        File.Delete(script);
        MatchCollection matches = HashLine().Matches(output);
        Assert.Equal(names.Count, matches.Count);
        byte[] seedBytes = Convert.FromHexString(seed.Replace("-", "", StringComparison.Ordinal));
        for (int index = 0; index < names.Count; index++)
        {
            uint hash = HtreeHash.Compute(
                Encoding.UTF8.GetBytes(names[index]), version, seedBytes, out uint minor);
            Assert.True(
                (Hex(matches[index], 1), Hex(matches[index], 2)) == (hash, minor), $"{name} {names[index]}");
        }
    }

    private static uint Hex(Match match, int group) =>
        uint.Parse(match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("is 0x([0-9a-f]+) \\(minor 0x([0-9a-f]+)\\)")]
    private static partial Regex HashLine();

    [Fact]
    public void HashOfTheLongestName_NeverHasTheCollisionBit()
    {
        Prng random = new(7);
        byte[] name = new byte[255];
        byte[] seed = new byte[16];
        for (int round = 0; round < 2000; round++)
        {
            random.Fill(name);
            foreach (HashVersion version in
                new[] { HashVersion.Legacy, HashVersion.HalfMd4, HashVersion.Tea, HashVersion.TeaUnsigned })
            {
                uint hash = HtreeHash.Compute(name, version, seed, out _);
                Assert.Equal(0U, hash & 1);
                Assert.NotEqual(0xFFFF_FFFEU, hash);
            }
        }
    }
}
