// Goal: the set of charged pages agrees with a plain set of numbers, whatever is added and removed.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Tmpfs.Space;

namespace Faultline.Tmpfs.Tests;

public sealed class PageSetTests
{
    [Fact]
    public void RandomRanges_AgreeWithAPlainSet()
    {
        Prng random = new(7);
        PageSet set = new();
        HashSet<long> model = [];
        for (int turn = 0; turn < 20_000; turn++)
        {
            long first = random.Below(100);
            long end = first + 1 + random.Below(12);
            bool adds = random.OneIn(2);
            long expected = 0;
            for (long page = first; page < end; page++)
            {
                expected += (adds ? model.Add(page) : model.Remove(page)) ? 1 : 0;
            }

            Assert.Equal(expected, adds ? set.Add(first, end) : set.Remove(first, end));
            Assert.Equal(model.Count, set.Count);
            long at = random.Below(120);
            set.RunAt(at, out bool isIn, out long runFirst, out long runEnd);
            Assert.Equal(model.Contains(at), isIn);
            for (long page = runFirst; page < Math.Min(runEnd, 130); page++)
            {
                Assert.Equal(isIn, model.Contains(page));
            }

            Assert.True(runFirst == 0 || model.Contains(runFirst - 1) != isIn);
            Assert.True(runEnd > 130 || model.Contains(runEnd) != isIn);
        }
    }
}
