// Archives that lie, made byte by byte.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Faultline.Cli.Tests;

internal static class HostileArchive
{
    internal static byte[] Make(string kind)
    {
        byte[] file = Entry("f", '0', data: "data"u8.ToArray());
        return kind switch
        {
            "dotdot" => Entry("a/../../etc/passwd", '0'),
            "below-link" => [.. Entry("a", '2', link: "/etc"), .. Entry("a/passwd", '0', data: [1])],
            "hard-outside" => Entry("a", '1', link: "../../../etc/passwd"),
            "hard-missing" => Entry("a", '1', link: "etc/passwd"),
            "hard-directory" => [.. Entry("d/", '5'), .. Entry("a", '1', link: "d")],
            "size-lies" => Entry("f", '0', size: "00000100000"),
            "size-huge" => Entry("f", '0', size: "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"),
            "size-negative" => Entry("f", '0', size: "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe"),
            "checksum" => [.. file, .. Enumerable.Repeat((byte)'x', 512)],
            "short-header" => [.. file, .. file.AsSpan(0, 300)],
            "pax-malformed" => [.. Entry("x", 'x', data: "99 path=a\n"u8.ToArray()), .. file],
            "pax-huge" => [.. Entry("x", 'x', size: "77777777777"), .. file],
            "sparse-overlap" => Sparse("0,10,5,10", 30, 20),
            "sparse-outside" => Sparse("0,10,25,10", 30, 20),
            "uid-huge" => [.. Entry("x", 'x', data: "18 uid=4294967296\n"u8.ToArray()), .. file],
            "type-unknown" => Entry("f", '%'),
            "empty-name" => Entry("", '0'),
            "long-name" => [.. Entry("x", 'L', data: Encoding.ASCII.GetBytes(new string('n', 256))), .. file],
            "no-target" => Entry("l", '2'),
            "acl-unknown" => [.. Entry("x", 'x', data: Record("SCHILY.acl.access", "user::rw-,user:nobody-knows:rwx,group::r--,mask::rwx,other::r--")), .. file],
            "gzip" => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 1, 2, 3],
            "xz" => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1, 2],
            _ => [.. Enumerable.Range(0, 2048).Select(static n => (byte)(((n * 31) ^ (n >> 3)) & 0xFF))],
        };
    }

    private static byte[] Sparse(string map, int size, int stored) =>
    [
        .. Entry("x", 'x', data: [.. Record("GNU.sparse.map", map), .. Record("GNU.sparse.size", $"{size}")]),
        .. Entry("f", '0', data: new byte[stored]),
    ];

    private static byte[] Record(string key, string value)
    {
        int length = key.Length + value.Length + 3;
        length += $"{length + 2}".Length;
        return Encoding.ASCII.GetBytes($"{length} {key}={value}\n");
    }

    private static byte[] Entry(string name, char type, string link = "", string? size = null, byte[]? data = null)
    {
        byte[] header = new byte[512];
        void Put(int offset, string text) => Encoding.Latin1.GetBytes(text, header.AsSpan(offset));
        Put(0, name);
        Put(100, "0000644");
        Put(108, "0000000");
        Put(116, "0000000");
        Put(124, size ?? Convert.ToString(data?.Length ?? 0, 8).PadLeft(11, '0'));
        Put(136, "00000000000");
        Put(148, "        ");
        header[156] = (byte)type;
        Put(157, link);
        Put(257, "ustar\000");
        Put(148, Convert.ToString(header.Sum(static one => one), 8).PadLeft(6, '0') + "\0");
        List<byte> all = [.. header, .. data ?? []];
        while (all.Count % 512 != 0)
        {
            all.Add(0);
        }

        return [.. all];
    }
}
