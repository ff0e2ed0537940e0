// Mounts a volume for writing the way a workload and a judge want it: nothing happens by itself.

using Faultline.Base;
using Faultline.Block;
using Faultline.Ext;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Lab.Crash;

/// <summary>Mounts volumes.</summary>
internal static class CrashMount
{
    private const long PoolBytes = 4L << 20;

    /// <summary>Memory for the files of a volume.</summary>
    /// <returns>The pool; dispose it.</returns>
    internal static FolioPool NewPool()
    {
        FolioPool pool = new(PoolBytes);
        pool.Workers.Mode = ReadaheadMode.Off;
        return pool;
    }

    /// <summary>Mounts a volume for writing.</summary>
    /// <param name="device">The volume.</param>
    /// <param name="journal">Its external journal, or null.</param>
    /// <param name="pool">Memory.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <errors>Those of mounting.</errors>
    internal static Result<SuperBlock> Open(IBlockDevice device, IBlockDevice? journal, FolioPool pool)
    {
        MountContext context = new(device, pool, new MountOptions { ReadOnly = false }, new FixedClock())
        {
            JournalDevice = journal,
        };
        Result<SuperBlock> mounted = new ExtFileSystemType().Mount(context);
        if (mounted.IsOk)
        {
            mounted.Value.Writeback.Mode = FlusherMode.Manual;
        }

        return mounted;
    }
}
