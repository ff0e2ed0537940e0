// One thread of a crash run: changes, frees, makes blocks of its own, waits for some, and writes data to free ones.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Transactions;

namespace Faultline.Jbd2.Tests.Crash;

internal sealed class CrashWorker
{
    private readonly LogImage _image;
    private readonly RecordingDevice _recording;
    private readonly BufferCache _buffers;
    private readonly MetadataLog _log;
    private readonly Prng _random;
    private readonly int[] _targets;
    private readonly Dictionary<int, TransactionId> _freed = [];
    private ulong _value;

    internal CrashWorker(LogImage image, RecordingDevice recording, BufferCache buffers,
        MetadataLog log, ulong seed, int[] targets)
    {
        _image = image;
        _recording = recording;
        _buffers = buffers;
        _log = log;
        _random = new Prng(seed);
        _targets = targets;
        foreach (int target in targets)
        {
            Events.Add(target, []);
        }
    }

    internal Dictionary<int, List<BlockEvent>> Events { get; } = [];

    // Transactions that were waited for, and when.
    internal List<BlockEvent> Waits { get; } = [];

    internal void Run(int roundCount)
    {
        for (int round = 0; round < roundCount; round++)
        {
            TransactionId id = Change();
            if (_random.Below(5) == 0)
            {
                _log.WaitDurable(id, needsFlush: _random.Below(2) == 0).ThrowIfError();
                Waits.Add(new BlockEvent(id, null, false, _recording.Writes.Count, _recording.Epoch));
            }

            if (_random.Below(50) == 0)
            {
                _log.Checkpoint().ThrowIfError();
            }

            if (_random.Below(4) == 0)
            {
                WriteData();
            }
        }
    }

    private TransactionId Change()
    {
        const int Credits = 12;
        using MetadataHandle handle = _log.Start(Credits).OrThrow();
        int count = 1 + (int)_random.Below(9);
        for (int index = 0; index < count; index++)
        {
            if (_random.Below(16) == 0)
            {
                handle.Restart(Credits).ThrowIfError();
            }
            else if (!handle.TryExtend(2))
            {
                handle.Restart(Credits).ThrowIfError();
            }

            ChangeBlock(handle, _targets[(int)_random.Below(_targets.Length)]);
        }

        return handle.Transaction;
    }

    private void ChangeBlock(MetadataHandle handle, int target)
    {
        TransactionId id = handle.Transaction;
        bool isFree = _freed.TryGetValue(target, out TransactionId freedBy);
        if (isFree && (freedBy != id) && !_log.IsDurable(freedBy))
        {
            return;
        }

        if (!isFree && (_random.Below(4) == 0))
        {
            handle.Forget(new BlockNumber(_image.Targets[target]));
            _freed[target] = id;
            Events[target].Add(new BlockEvent(id, null, false, 0, 0));
            return;
        }

        _value++;
        if (isFree)
        {
            _image.Make(handle, target, _value);
            _ = _freed.Remove(target);
        }
        else
        {
            _image.Set(handle, _buffers, target, _value);
        }

        Events[target].Add(new BlockEvent(id, _value, false, 0, 0));
    }

    private void WriteData()
    {
        foreach ((int target, TransactionId freedBy) in _freed)
        {
            if (_log.IsDurable(freedBy))
            {
                _log.WaitDurable(freedBy, needsFlush: false).ThrowIfError();
                _value++;
                byte[] data = new byte[_image.BlockSize];
                LogImage.Fill(data, target, _value);
                _recording.Write((long)_image.Targets[target] * _image.BlockSize, data);
                _recording.Flush();
                Events[target].Add(
                    new BlockEvent(freedBy, _value, true, _recording.Writes.Count, _recording.Epoch));
                return;
            }
        }
    }
}
