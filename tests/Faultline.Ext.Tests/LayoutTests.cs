// Goal: no on-disk structure has a gap, an overlap or another size than the format's.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faultline.Base;

namespace Faultline.Ext.Tests;

public sealed class LayoutTests
{
    [Fact]
    public void OnDiskStructures_HaveNoGapAndTheirSize()
    {
        int count = 0;
        foreach (Type type in typeof(ExtSuperBlock).Assembly.GetTypes())
        {
            OnDiskAttribute? attribute = type.GetCustomAttribute<OnDiskAttribute>();
            if (attribute is null)
            {
                continue;
            }

            count++;
            int end = 0;
            IEnumerable<FieldInfo> fields = type
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .OrderBy(static field => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value);
            foreach (FieldInfo field in fields)
            {
                int offset = field.GetCustomAttribute<FieldOffsetAttribute>()!.Value;
                Assert.True(offset == end, $"{type.Name}.{field.Name}: 0x{end:x}..0x{offset:x}");
                end = offset + SizeOf(field.FieldType);
            }

            Assert.True(end == attribute.Size, $"{type.Name}: 0x{end:x} of 0x{attribute.Size:x}");
            Assert.Equal(attribute.Size, SizeOf(type));
        }

        Assert.True(count >= 15);
    }

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!
        .MakeGenericMethod(type).Invoke(null, null)!;
}
