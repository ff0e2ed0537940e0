// What happens to a volume as a whole: sync, freeze and thaw, remount.
//
// Freezing takes the levels outermost first and keeps them after the call returns: modifying calls, then write
// faults, then everything dirty is written, then internal transactions. Any task may thaw.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs;

public abstract partial class SuperBlock
{
    private long _writers; // files open for writing; interlocked
    private long _unlinked; // inodes in memory that lost their last name; interlocked
    private int _isFrozen; // written under Umount exclusive
    private FsException? _damage; // the first damage met in the background; interlocked

    /// <summary>Whether the volume is frozen.</summary>
    public bool IsFrozen => Volatile.Read(ref _isFrozen) != 0;

    /// <summary>Writes everything that is dirty and waits for it.</summary>
    /// <returns>Success.</returns>
    /// <errors>EIO and others, when something could not be written; damage met in the background is reported
    /// once; what ended writing, each time: what was not durable then never will be.</errors>
    /// <locks>Caller: nothing. Takes: umount, shared; what writing takes.</locks>
    /// <source>syncfs(2)</source>
    public Result Sync()
    {
        using SharedGuard guard = Umount.AcquireShared();
        if (IsDisposed)
        {
            return VfsWriteReasons.SyncUnmounted;
        }

        return IsReadOnly || IsFrozen ? WritingEnded : SyncLocked(wait: true);
    }

    /// <summary>Waits for modifying calls, keeps new ones out, and writes everything.</summary>
    /// <returns>Success: the volume is frozen until <see cref="ThawVolume"/>.</returns>
    /// <errors>EBUSY frozen already; what the driver or writing answers: then it is not frozen.</errors>
    /// <locks>Caller: nothing. Takes: umount exclusive; keeps the freeze levels.</locks>
    /// <source>ioctl FIFREEZE; fsfreeze(8)</source>
    public Result FreezeVolume()
    {
        using ExclusiveGuard guard = Umount.AcquireExclusive();
        if (IsDisposed)
        {
            return VfsWriteReasons.FreezeUnmounted;
        }

        if (IsFrozen)
        {
            return VfsWriteReasons.FreezeTwice;
        }

        Freeze.Freeze(FreezeLevel.Write);
        Freeze.Freeze(FreezeLevel.PageFault);
        Result synced = IsReadOnly ? Result.Ok : SyncLocked(wait: true);
        if (!synced.IsOk)
        {
            Freeze.Thaw(FreezeLevel.PageFault);
            Freeze.Thaw(FreezeLevel.Write);
            return synced;
        }

        Freeze.Freeze(FreezeLevel.Internal);
        Result settled = Heard(Settle);
        if (!settled.IsOk)
        {
            ThawLevels();
            return settled;
        }

        Volatile.Write(ref _isFrozen, 1);
        return Result.Ok;
    }

    /// <summary>Lets modifying calls in again. Any task may call it.</summary>
    /// <returns>Success.</returns>
    /// <errors>EINVAL not frozen; what the driver answers.</errors>
    /// <locks>Caller: nothing. Takes: umount exclusive.</locks>
    /// <source>ioctl FITHAW</source>
    public Result ThawVolume()
    {
        using ExclusiveGuard guard = Umount.AcquireExclusive();
        if (!IsFrozen)
        {
            return VfsWriteReasons.ThawNotFrozen;
        }

        Result unsettled = Heard(Unsettle);
        if (unsettled.IsOk)
        {
            Volatile.Write(ref _isFrozen, 0);
            ThawLevels();
        }

        return unsettled;
    }

    /// <summary>Changes the options of a mounted volume.</summary>
    /// <param name="options">All options, not only those that change.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS the driver cannot write; EBUSY to read-only while files are open for writing, or frozen; what the
    /// driver refuses.</errors>
    /// <locks>Caller: nothing. Takes: umount exclusive; freeze level Write exclusive when it becomes read-only.</locks>
    /// <source>mount(2) MS_REMOUNT</source>
    public Result Remount(MountOptions options)
    {
        if (!options.ReadOnly && !_canWrite)
        {
            return VfsReasons.RemountWritable;
        }

        using ExclusiveGuard guard = Umount.AcquireExclusive();
        if (IsDisposed)
        {
            return VfsWriteReasons.RemountUnmounted;
        }

        if (IsFrozen)
        {
            return VfsWriteReasons.RemountFrozen;
        }

        if (IsReadOnly || !options.ReadOnly)
        {
            return RemountLocked(options);
        }

        // Calls that change something are waited for, and who comes later finds the volume read-only.
        Freeze.Freeze(FreezeLevel.Write);
        Inodes.Inactivation.Drain();
        Result changed = MayBecomeReadOnly();
        changed = changed.IsOk ? SyncLocked(wait: true) : changed;
        changed = changed.IsOk ? RemountLocked(options) : changed;
        Freeze.Thaw(FreezeLevel.Write);
        return changed;
    }

    /// <summary>Enters freeze level Write for a call that changes something.</summary>
    /// <param name="guard">Leaves the level when disposed.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS read-only; ESTALE unmounted.</errors>
    /// <locks>Caller: nothing at rank 90 or deeper. Takes: freeze level Write.</locks>
    public Result EnterWrite(out FreezeGuard guard)
    {
        guard = default;
        Result may = MayChange();
        if (!may.IsOk)
        {
            return may;
        }

        // Once more inside: who froze the level may have made the volume read-only, or unmounted it.
        FreezeGuard entered = Freeze.Enter(FreezeLevel.Write);
        may = MayChange();
        if (may.IsOk)
        {
            guard = entered;
        }
        else
        {
            entered.Dispose();
        }

        return may;
    }

    /// <summary>Commits metadata for a call that must be synchronous.</summary>
    /// <returns>Success.</returns>
    /// <locks>Caller: freeze level Write and nothing deeper.</locks>
    internal Result CommitMetadata() => SyncMetadata(wait: true);

    /// <summary>A file was opened for writing, or closed.</summary>
    /// <param name="delta">1 or -1.</param>
    internal void CountWriters(int delta) => Interlocked.Add(ref _writers, delta);

    /// <summary>An inode lost its last name, got one again, or is gone.</summary>
    /// <param name="delta">1 or -1.</param>
    internal void CountUnlinked(int delta) => Interlocked.Add(ref _unlinked, delta);

    /// <summary>Nothing more can be written: calls that change something are refused from now on. Does not wait for
    /// those under way.</summary>
    protected void BecomeReadOnly() => Volatile.Write(ref _isReadOnly, 1);

    /// <summary>As <see cref="BackgroundDamage"/>, for drivers.</summary>
    /// <param name="damage">What was met.</param>
    protected void BackgroundDamageMet(FsException damage) => BackgroundDamage(damage);

    /// <summary>A background task met damage: the next sync reports it.</summary>
    /// <param name="damage">What was met.</param>
    internal void BackgroundDamage(FsException damage) =>
        _ = Interlocked.CompareExchange(ref _damage, damage, null);

    /// <summary>Why the volume cannot be written any more although it was mounted for writing; success when it can, or
    /// never could.</summary>
    protected virtual Result WritingEnded => Result.Ok;

    /// <summary>Writes the dirty data of all files.</summary>
    /// <param name="wait">Whether to wait until the device has them.</param>
    /// <returns>Success.</returns>
    /// <errors>What writing answers.</errors>
    /// <locks>Caller: umount; perhaps the freeze levels Write and PageFault are frozen.</locks>
    protected virtual Result SyncData(bool wait) => wait ? Writeback.Sync() : Result.Ok;

    /// <summary>Writes the driver's metadata.</summary>
    /// <param name="wait">Whether to wait until the device has them.</param>
    /// <returns>Success.</returns>
    /// <errors>What writing answers.</errors>
    /// <locks>As <see cref="SyncData"/>.</locks>
    protected virtual Result SyncMetadata(bool wait) => Result.Ok;

    /// <summary>The volume is frozen: the driver leaves the device as after an unmount.</summary>
    /// <returns>Success.</returns>
    /// <locks>Caller: umount exclusive; all freeze levels are frozen.</locks>
    protected virtual Result Settle() => Result.Ok;

    /// <summary>The volume is about to be thawed.</summary>
    /// <returns>Success.</returns>
    /// <locks>As <see cref="Settle"/>.</locks>
    protected virtual Result Unsettle() => Result.Ok;

    /// <summary>The driver changes to new options.</summary>
    /// <param name="options">All options.</param>
    /// <returns>Success, or why nothing changed.</returns>
    /// <locks>Caller: umount exclusive.</locks>
    protected virtual Result ApplyOptions(MountOptions options) => Result.Ok;

    private Result MayChange()
    {
        if (IsDisposed)
        {
            return VfsWriteReasons.WriteUnmounted;
        }

        return IsReadOnly ? VfsWriteReasons.ReadOnly : Result.Ok;
    }

    private Result MayBecomeReadOnly()
    {
        if (Volatile.Read(ref _writers) != 0)
        {
            return VfsWriteReasons.RemountWriters;
        }

        return Volatile.Read(ref _unlinked) != 0 ? VfsWriteReasons.RemountUnlinked : Result.Ok;
    }

    private Result RemountLocked(MountOptions options)
    {
        Result changed = Heard(ApplyOptions, options);
        if (changed.IsOk)
        {
            // What is remembered of names was remembered by the rules of the old options.
            Dentries.Clear();
            Volatile.Write(ref _options, options);
            Volatile.Write(ref _isReadOnly, options.ReadOnly ? 1 : 0);
        }

        return changed;
    }

    private Result SyncLocked(bool wait)
    {
        Inodes.ForEach(0, static (inode, unused) => inode.FlushLazyTimes());
        Result data = Heard(SyncData, wait);
        Result metadata = Heard(SyncMetadata, wait);
        if (Interlocked.Exchange(ref _damage, null) is FsException damage)
        {
            return damage.Error;
        }

        return data.IsOk ? metadata : data;
    }

    // Damage that a driver meets while everybody else waits is an error like others: an exception would pass those who
    // let them go on, or stop the flusher.
    private static Result Heard<T>(Func<T, Result> call, T argument)
    {
        try
        {
            return call(argument);
        }
        catch (FsException damage)
        {
            return damage.Error;
        }
    }

    private static Result Heard(Func<Result> call) => Heard(static inner => inner(), call);

    private void ThawLevels()
    {
        Freeze.Thaw(FreezeLevel.Internal);
        Freeze.Thaw(FreezeLevel.PageFault);
        Freeze.Thaw(FreezeLevel.Write);
    }

    private void ThawForUnmount()
    {
        using ExclusiveGuard guard = Umount.AcquireExclusive();
        if (IsFrozen)
        {
            Volatile.Write(ref _isFrozen, 0);
            ThawLevels();
        }
    }
}
