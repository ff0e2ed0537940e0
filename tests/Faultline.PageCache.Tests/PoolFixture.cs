// A pool, a file and a mapping for one test.

using System;
using Faultline.Locking;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

internal sealed class PoolFixture : IDisposable
{
    internal PoolFixture(
        long fileBytes,
        long budgetBytes = 64L << 20,
        InvalidatePolicy policy = InvalidatePolicy.RangeLock,
        ReadaheadMode readahead = ReadaheadMode.Workers)
    {
        Pool = new FolioPool(budgetBytes);
        Pool.Workers.Mode = readahead;
        Host = new PatternHost(fileBytes);
        Mapping = new Mapping(Pool, Host, "testfs", 1, policy);
    }

    internal FolioPool Pool { get; }

    internal PatternHost Host { get; }

    internal Mapping Mapping { get; }

    public void Dispose()
    {
        Mapping.Close();
        Pool.Dispose();
    }

    internal void AssertReads(long position, int length, ReadaheadState state)
    {
        byte[] buffer = new byte[length];
        int read = Mapping.Read(position, buffer, state, ReadMode.Blocking).OrThrow();
        Assert.Equal(Math.Max(0, Math.Min(length, Host.SizeBytes - position)), read);
        for (int index = 0; index < read; index++)
        {
            if (buffer[index] != PatternHost.ByteAt(position + index))
            {
                Assert.Fail($"wrong byte at {position + index}");
            }
        }
    }
}
