// Opening: superblock, then the journal if it is dirty, replayed into an overlay in memory so that
// the device stays untouched, then everything again over the overlay.

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format;
using Faultline.Ext.Journal;
using Faultline.Jbd2.Recovery;

namespace Faultline.Ext;

/// <content>Opening.</content>
internal sealed partial class ExtVolume
{
    /// <summary>What the fast commits did, or null when there were none.</summary>
    internal FastCommitSummary? FastCommits { get; private init; }

    /// <summary>Opens a volume for reading. The device is not written.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">How.</param>
    /// <returns>The volume.</returns>
    /// <errors>EINVAL, EOPNOTSUPP, EUCLEAN as <see cref="ExtSuperBlock.Parse"/>; ENODEV an external
    /// journal is needed; damage in the journal throws FsException.</errors>
    internal static Result<ExtVolume> Open(IBlockDevice device, ExtOpenOptions options)
    {
        Result<ExtVolume> opened = OpenDevice(device, options);
        if (!opened.TryGet(out ExtVolume? volume, out FsError error))
        {
            return error;
        }

        bool isDirty = volume.Super.NeedsRecovery && volume.Super.Has(FeatureCompat.HasJournal);
        return isDirty && !options.NoRecovery ? Recover(volume, options) : volume;
    }

    /// <summary>Reads a superblock.</summary>
    /// <param name="device">The device.</param>
    /// <param name="offset">Byte offset.</param>
    /// <returns>The superblock.</returns>
    internal static Result<ExtSuperBlock> ReadSuperBlock(IBlockDevice device, long offset)
    {
        bool fits = (offset >= 0) && (offset <= device.SizeBytes - SuperBlockDisk.SizeBytes);
        if (!fits)
        {
            return ExtReasons.SuperTooSmall.With($"{device.SizeBytes} bytes");
        }

        Span<byte> bytes = stackalloc byte[SuperBlockDisk.SizeBytes];
        device.Read(offset, bytes);
        return ExtSuperBlock.Parse(bytes);
    }

    internal static Result<ExtVolume> OpenDevice(IBlockDevice device, ExtOpenOptions options)
    {
        long offset = options.SuperBlockOffset ?? SuperBlockDisk.PrimaryOffset;
        Result<ExtSuperBlock> read = ReadSuperBlock(device, offset);
        if (!read.TryGet(out ExtSuperBlock? super, out FsError error))
        {
            return error;
        }

        ulong deviceBlocks = (ulong)(device.SizeBytes / super.BlockSize);
        if (super.BlockCount > deviceBlocks)
        {
            return ExtReasons.SuperDeviceSize.With($"{super.BlockCount} blocks of {deviceBlocks}");
        }

        return new ExtVolume(device, super, (ulong)(offset / super.BlockSize), options);
    }

    private static Result<ExtVolume> Recover(ExtVolume dirty, ExtOpenOptions options)
    {
        Result<ExtJournal> found = ExtJournal.Find(dirty, options.JournalDevice);
        if (!found.TryGet(out ExtJournal? journal, out FsError error))
        {
            return error;
        }

        OverlayDevice overlay = new(dirty.Device, dirty.Super.BlockSize);
        RecoverySummary summary = JournalRecovery.Replay(journal.Location, journal.Super, overlay);
        Result<ExtVolume> reopened = OpenDevice(overlay, options);
        if (!reopened.TryGet(out ExtVolume? volume, out error))
        {
            return error;
        }

        FastCommitChanges? changes =
            FastCommitReplay.Run(volume, journal, summary, out FastCommitSummary? fast);
        long offset = options.SuperBlockOffset ?? SuperBlockDisk.PrimaryOffset;
        ulong superBlockBlock = (ulong)(offset / volume.Super.BlockSize);
        return new ExtVolume(overlay, volume.Super, superBlockBlock, options, changes)
        {
            Journal = journal,
            Recovery = summary,
            FastCommits = fast,
        };
    }
}
