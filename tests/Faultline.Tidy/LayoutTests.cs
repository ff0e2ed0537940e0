// Goal: every on-disk structure has the size its document gives, and its fields leave no gap and no overlap.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Tidy;

public sealed class LayoutTests
{
    private static readonly Assembly[] s_rooms =
    [
        typeof(Block.IBlockDevice).Assembly,
        typeof(Jbd2.JournalSuperBlock).Assembly,
        typeof(Ext.ExtFileSystemType).Assembly,
    ];

    [Fact]
    public void OnDiskStructures_HaveTheirSizeAndNoGap()
    {
        List<string> findings = [];
        int count = 0;
        foreach (Type type in s_rooms.SelectMany(static room => room.GetTypes()))
        {
            if (type.GetCustomAttribute<OnDiskAttribute>() is OnDiskAttribute layout)
            {
                count++;
                findings.AddRange(Check(type, layout.Size));
            }
        }

        Assert.True(count > 15, $"{count} structures found");
        Repository.AssertNone(findings);
    }

    [Fact]
    public void AGapAndAnOverlap_AreFound()
    {
        Assert.Contains("gap 0x4..0x8", string.Join(' ', Check(typeof(Gapped), 12)));
        Assert.Contains("overlap", string.Join(' ', Check(typeof(Overlapping), 6)));
    }

    internal static IEnumerable<string> Check(Type type, int size)
    {
        if (SizeOf(type) != size)
        {
            yield return $"{type.Name}: {SizeOf(type)} bytes, document says {size}";
        }

        int end = 0;
        foreach ((int offset, FieldInfo field) in Fields(type))
        {
            if (offset > end)
            {
                yield return $"{type.Name}.{field.Name}: gap 0x{end:x}..0x{offset:x}";
            }
            else if (offset < end)
            {
                yield return $"{type.Name}.{field.Name}: overlap at 0x{offset:x}";
            }

            end = offset + SizeOf(field.FieldType);
        }

        if (end != size)
        {
            yield return $"{type.Name}: fields end at 0x{end:x}";
        }
    }

    private static IEnumerable<(int Offset, FieldInfo Field)> Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(static field => (field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? 0, field))
            .OrderBy(static pair => pair.Item1);

    private static int SizeOf(Type type) => (int)typeof(Unsafe)
        .GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    [StructLayout(LayoutKind.Explicit, Size = 12)]
    private struct Gapped
    {
        [FieldOffset(0)] public LeUInt32 A;
        [FieldOffset(8)] public LeUInt32 B;
    }

    [StructLayout(LayoutKind.Explicit, Size = 6)]
    private struct Overlapping
    {
        [FieldOffset(0)] public LeUInt32 A;
        [FieldOffset(2)] public LeUInt32 B;
    }
}
