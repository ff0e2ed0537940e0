// One volume on which schedules run one after the other: a file that is raced over, a partner, and a third file
// that takes the
// blocks that are freed, as soon as they are.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Iomap;
using Faultline.Iomap.Direct;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Race.Invalidation;

/// <summary>Runs schedules of one pair.</summary>
internal sealed class RaceBench : IDisposable
{
    private const int WriteStart = RaceFile.RangeStart - 2000;
    private const int WriteLength = RaceFile.Page + 3000;
    private const int StoreOffset = 300;
    private const int StoreLength = 700;

    private readonly Racer _racer;
    private readonly Invalidator _invalidator;
    private readonly FolioPool _pool = new(8L << 20);
    private readonly MemoryDevice _device = new(512 << 10);
    private readonly PlainVolume _volume;
    private readonly byte[] _read = new byte[WriteLength];
    private readonly byte[] _written = new byte[WriteLength];
    private Inode _file = null!;
    private Inode _partner = null!;
    private Inode _thief = null!;
    private RaceFile _before = null!;
    private int _start;
    private int _end;
    private int _got;
    private Errno _racerError;
    private Errno _invalidatorError;
    private ulong _generation;
    private bool _isDirty;

    internal RaceBench(Racer racer, Invalidator invalidator, InvalidatePolicy policy)
    {
        _racer = racer;
        _invalidator = invalidator;
        int blockSizeBytes = racer == Racer.PartlyValidRead ? 1024 : 4096;
        _volume = PlainVolume.Format(
            _device, _pool, blockSizeBytes, new MountOptions { ReadOnly = false, InvalidatePolicy = policy });
        _volume.Writeback.Mode = FlusherMode.Manual;
        _pool.Workers.Mode = ReadaheadMode.Tasks;
        _written.AsSpan().Fill(210);
    }

    /// <summary>Runs one schedule. Null, or what went wrong; the replay of the schedule comes along.</summary>
    internal string? Run(ulong seed, out string replay)
    {
        replay = "";
        Prng random = new(seed);
#pragma warning disable CA1031 // Whatever it throws is a finding.
        try
        {
            Prepare(random);
            _volume.Writeback.IoEnds.RunsInline = false;
            ControlledScheduler scheduler = new(new SeededRandomStrategy(seed)) { SwitchLimit = 20_000 };
            ControlledRun run = scheduler.Run(("racer", Race), ("invalidator", Invalidate));
            replay = run.Replay;
            _volume.Writeback.IoEnds.RunsInline = true;
            return Judge();
        }
        catch (Exception failure)
        {
            return $"{failure.GetType().Name}: {failure.Message}";
        }
#pragma warning restore CA1031
    }

    public void Dispose()
    {
        _volume.Dispose();
        _device.Dispose();
        _pool.Dispose();
    }

    private void Prepare(Prng random)
    {
        _volume.Writeback.IoEnds.RunsInline = true;
        _racerError = Errno.OK;
        _invalidatorError = Errno.OK;
        _got = -1;
        string tag = $"{_generation}";
        if (_generation > 0)
        {
            RemoveFiles();
        }

        _generation++;
        _volume.ReuseFreed();
        _file = _volume.AddFile("file" + tag);
        _partner = _volume.AddFile("partner" + tag);
        _thief = _volume.AddFile("thief" + tag);
        _before = RaceFile.Fresh(partnerIsSame: _invalidator == Invalidator.DedupeCompare);
        WriteAll(_file, _before.Bytes);
        WriteAll(_partner, _before.Partner);
        _volume.SyncAll().ThrowIfError();
        bool isAligned = random.OneIn(2)
            || _invalidator is not (Invalidator.Punch or Invalidator.Zero or Invalidator.TruncateDown
                or Invalidator.TruncateDownAndUp);
        _start = RaceFile.RangeStart + (isAligned ? 0 : 700);
        _end = _invalidator == Invalidator.Collapse || _invalidator == Invalidator.Insert
            ? _start + RaceFile.Page
            : RaceFile.RangeEnd - (isAligned ? 0 : 300);
        SetCache(random);
    }

    // Nothing cached, everything cached, or something dirty.
    private void SetCache(Prng random)
    {
        int state = _racer is Racer.Fault or Racer.Readahead or Racer.AsyncReadahead ? 0 : (int)random.Below(3);
        if (_racer == Racer.Writeback)
        {
            state = 2;
        }

        _isDirty = state == 2 && _racer != Racer.PartlyValidRead;
        if (_isDirty)
        {
            byte[] more = new byte[RaceFile.Page + 500];
            more.AsSpan().Fill(205);
            Put(_file, RaceFile.RangeStart - 600, more);
            _before.Put(RaceFile.RangeStart - 600, more, grows: false);
        }
        else if (state == 0)
        {
            _ = _file.Mapping.DropClean(0, long.MaxValue);
        }

        if (_racer == Racer.PartlyValidRead)
        {
            // One block of the page is valid by a write; the others are on the device alone.
            _ = _file.Mapping.DropClean(0, long.MaxValue);
            byte[] block = new byte[1024];
            block.AsSpan().Fill(206);
            Put(_file, RaceFile.RangeStart, block);
            _before.Put(RaceFile.RangeStart, block, grows: false);
        }

        if (_racer == Racer.AsyncReadahead)
        {
            _file.Mapping.FillWindow(new ReadaheadWindow(1, 1, 1, 0));
        }
    }

    private void Race()
    {
        switch (_racer)
        {
            case Racer.Read:
                Take(_file.Mapping.Read(WriteStart, _read, new ReadaheadState(0), ReadMode.Blocking));
                break;
            case Racer.PartlyValidRead:
                Take(_file.Mapping.Read(
                    RaceFile.RangeStart + 2048, _read.AsSpan(0, 1024), new ReadaheadState(0), ReadMode.Blocking));
                break;
            case Racer.NoWaitRead:
                using (NonBlockingScope scope = NonBlocking.Forbid("NOWAIT read"))
                {
                    Take(_file.Mapping.Read(WriteStart, _read, new ReadaheadState(0), ReadMode.NoWait));
                }

                break;
            case Racer.Readahead:
                _file.Mapping.WillNeed(1, 4);
                break;
            case Racer.AsyncReadahead:
                Take(_file.Mapping.Read(
                    RaceFile.Page, _read.AsSpan(0, 500), new ReadaheadState(64 << 10), ReadMode.Blocking));
                break;
            case Racer.Fault:
                Fault();
                break;
            case Racer.BufferedWrite:
                BufferedWriteRange();
                break;
            case Racer.Store:
                StoreInPage();
                break;
            case Racer.Writeback:
                _ = WritePages.Run(_file, WritebackControl.Everything);
                break;
            case Racer.DirectRead:
                DirectReadRange();
                break;
            case Racer.DirectWrite:
                DirectWriteRange();
                break;
        }
    }

    private void Fault()
    {
        long index = RaceFile.RangeStart / RaceFile.Page;
        using InvalidateGuard guard = _file.Mapping.InvalidateLock.Acquire(InvalidateMode.Fill, index, index);
        if (_file.SizeBytes > RaceFile.RangeStart)
        {
            Result<Folio> read = _file.Mapping.ReadFolio(index);
            if (read.IsOk)
            {
                read.Value.Put();
            }
        }
    }

    private void BufferedWriteRange()
    {
        using ExclusiveGuard guard = _file.Lock.AcquireExclusive();
        Take(BufferedWrite.Write(_file, WriteStart, new SpanSource(_written)));
    }

    private void StoreInPage()
    {
        Result<Folio> writable = MakeWritable.Run(_file, RaceFile.RangeStart / RaceFile.Page);
        if (!writable.TryGet(out Folio? folio, out FsError error))
        {
            _racerError = error.Errno;
            return;
        }

        int at = (int)(RaceFile.RangeStart - folio.Position) + StoreOffset;
        _written.AsSpan(0, StoreLength).CopyTo(folio.Bytes(at, StoreLength));
        folio.Unlock();
        folio.Put();
    }

    private void DirectReadRange()
    {
        Span<byte> read = _read.AsSpan(0, RaceFile.Page);
        using SharedGuard guard = _file.Lock.AcquireShared();
        _ = WritePages.Run(_file, WritebackControl.OfBytes(RaceFile.RangeStart, RaceFile.RangeStart + RaceFile.Page));
        using DirectIoGuard inFlight = _file.DirectIo.Enter(RaceFile.RangeStart, RaceFile.RangeStart + RaceFile.Page);
        Take(DirectRead.Read(_file.Writer, _file.SizeBytes, RaceFile.RangeStart, read));
    }

    private void DirectWriteRange()
    {
        ReadOnlySpan<byte> source = _written.AsSpan(0, RaceFile.Page);
        using (SharedGuard shared = _file.Lock.AcquireShared())
        {
            if (DirectWrite.IsPureOverwrite(_file, RaceFile.RangeStart, source.Length))
            {
                Take(DirectWrite.Write(_file, RaceFile.RangeStart, source));
                return;
            }
        }

        using ExclusiveGuard guard = _file.Lock.AcquireExclusive();
        Take(DirectWrite.Write(_file, RaceFile.RangeStart, source));
    }

    private void Take(Result<int> result)
    {
        _got = result.IsOk ? result.Value : -1;
        _racerError = result.IsOk ? Errno.OK : result.Error.Errno;
    }

    private void Invalidate()
    {
        Result done = InvalidateLocked();
        _invalidatorError = done.IsOk ? Errno.OK : done.Error.Errno;
        Scheduler.SyncPoint("reuse");
        _volume.ReuseFreed();
        byte[] secret = new byte[4 * RaceFile.Page];
        secret.AsSpan().Fill(RaceFile.Secret);
        WriteAll(_thief, secret);
        _ = WritePages.Run(_thief, WritebackControl.Everything);
    }

    private Result InvalidateLocked()
    {
        using ExclusiveGuard guard = _file.Lock.AcquireExclusive();
        switch (_invalidator)
        {
            case Invalidator.Punch:
                return PunchHole.Run(_file, _start, _end);
            case Invalidator.Zero:
                return ZeroRange.Run(_file, _start, _end, keepSize: true);
            case Invalidator.Collapse:
                return ShiftRange.Collapse(_file, _start, _end);
            case Invalidator.Insert:
                return ShiftRange.Insert(_file, _start, _end);
            case Invalidator.TruncateDown:
                return Truncate.Run(_file, _start);
            case Invalidator.TruncateUp:
                return Truncate.Run(_file, RaceFile.Size + (2 * RaceFile.Page) + 100);
            case Invalidator.TruncateDownAndUp:
                Result down = Truncate.Run(_file, _start);
                return down.IsOk ? Truncate.Run(_file, RaceFile.Size) : down;
            case Invalidator.DedupeCompare:
            case Invalidator.Swap:
            default:
                // The partner has the higher number: second, with the subclass that says so.
                using (ExclusiveGuard inner = _partner.Lock.AcquireExclusive(1))
                {
                    return _invalidator == Invalidator.Swap
                        ? Remap.Exchange(_file, _start, _partner, 0, _end - _start)
                        : Remap.Dedupe(_file, _start, _partner, 0, _end - _start);
                }
        }
    }

    private string? Judge()
    {
        List<RaceFile> allowed = Outcomes();
        byte[] cached = ReadAll(_file);
        byte[] partner = ReadAll(_partner);
        if (!Any(allowed, cached, partner))
        {
            return $"file is neither of {allowed.Count} outcomes ({First(allowed[0].Bytes, cached)}); "
                + $"racer {_racerError} {_got}, invalidator {_invalidatorError}";
        }

        if (ReaderSawSomethingElse(allowed) is string finding)
        {
            return finding;
        }

        if (!_volume.SyncAll().IsOk)
        {
            return "sync failed";
        }

        _ = _file.Mapping.DropClean(0, long.MaxValue);
        _ = _partner.Mapping.DropClean(0, long.MaxValue);
        _ = _thief.Mapping.DropClean(0, long.MaxValue);
        byte[] stored = ReadAll(_file);
        if (!stored.AsSpan().SequenceEqual(cached) || !ReadAll(_partner).AsSpan().SequenceEqual(partner))
        {
            return "the device holds something else than the cache did " + First(cached, stored);
        }

        if (ReadAll(_thief).AsSpan().ContainsAnyExcept(RaceFile.Secret))
        {
            return "a block of another file was overwritten";
        }

        IReadOnlyList<string> maps = _volume.CheckMaps();
        return maps.Count == 0 ? null : maps[0];
    }

    private List<RaceFile> Outcomes()
    {
        RaceFile racerFirst = _before.Copy();
        RaceFile racerLast = _before.Copy();
        bool changed = _racerError == Errno.OK;
        bool invalidated = _invalidatorError == Errno.OK;
        if (changed)
        {
            Change(racerFirst);
        }

        if (invalidated)
        {
            racerFirst.Apply(_invalidator, _start, _end);
            racerLast.Apply(_invalidator, _start, _end);
        }

        if (changed)
        {
            Change(racerLast);
        }

        return [racerFirst, racerLast];
    }

    private void Change(RaceFile file)
    {
        switch (_racer)
        {
            case Racer.BufferedWrite:
                file.Put(WriteStart, _written, grows: true);
                break;
            case Racer.Store:
                file.Put(RaceFile.RangeStart + StoreOffset, _written.AsSpan(0, StoreLength), grows: false);
                break;
            case Racer.DirectWrite:
                file.Put(RaceFile.RangeStart, _written.AsSpan(0, RaceFile.Page), grows: true);
                break;
            default:
                break;
        }
    }

    // Each byte is what it was before, or what it was after.
    private string? ReaderSawSomethingElse(List<RaceFile> allowed)
    {
        if (_got <= 0 || _racer is Racer.BufferedWrite or Racer.DirectWrite)
        {
            return null;
        }

        int position = _racer switch
        {
            Racer.DirectRead => RaceFile.RangeStart,
            Racer.PartlyValidRead => RaceFile.RangeStart + 2048,
            Racer.AsyncReadahead => RaceFile.Page,
            _ => WriteStart,
        };
        byte[] after = allowed[0].Bytes;
        for (int index = 0; index < _got; index++)
        {
            int at = position + index;
            bool isOld = at < _before.Bytes.Length && _before.Bytes[at] == _read[index];
            bool isNew = at < after.Length && after[at] == _read[index];

            // Between the two sizes of a file that is cut and grown again, and where a hole is being made, zeros
            // pass by.
            bool isPassing = _read[index] == 0 && at >= _start
                && _invalidator is Invalidator.TruncateDownAndUp or Invalidator.Zero or Invalidator.Punch;
            if (!isOld && !isNew && !isPassing)
            {
                return $"read {_read[index]} at {at}: neither before nor after";
            }
        }

        return null;
    }

    private static bool Any(List<RaceFile> allowed, byte[] bytes, byte[] partner)
    {
        foreach (RaceFile file in allowed)
        {
            if (file.Matches(bytes, partner))
            {
                return true;
            }
        }

        return false;
    }

    private static string First(byte[] wanted, byte[] found)
    {
        int same = wanted.AsSpan().CommonPrefixLength(found);
        return same < wanted.Length && same < found.Length
            ? $"byte {same} is {found[same]}, expected {wanted[same]}"
            : $"{found.Length} bytes, expected {wanted.Length}";
    }

    private static byte[] ReadAll(Inode file)
    {
        byte[] bytes = new byte[file.SizeBytes];
        int got = file.Mapping.Read(0, bytes, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
        Check.That(got == bytes.Length);
        return bytes;
    }

    private static void WriteAll(Inode file, byte[] bytes) => Put(file, 0, bytes);

    private static void Put(Inode file, int position, byte[] bytes)
    {
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        int written = BufferedWrite.Write(file, position, new SpanSource(bytes)).OrThrow();
        Check.That(written == bytes.Length);
    }

    private void RemoveFiles()
    {
        string tag = $"{_generation - 1}";
        _volume.RemoveFile("file" + tag, _file).ThrowIfError();
        _volume.RemoveFile("partner" + tag, _partner).ThrowIfError();
        _volume.RemoveFile("thief" + tag, _thief).ThrowIfError();
    }
}
