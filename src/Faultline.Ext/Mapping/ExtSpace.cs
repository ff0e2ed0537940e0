// What maps of files need of a volume that is written, in one place.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Allocation;
using Faultline.Ext.Attributes;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>The parts of a volume that is written which maps of files need.</summary>
/// <param name="Super">The superblock.</param>
/// <param name="Device">The device.</param>
/// <param name="Map">Block maps to look things up.</param>
/// <param name="Writer">Block maps to change.</param>
/// <param name="Log">The log.</param>
/// <param name="Inline">Data in inodes.</param>
/// <param name="TypeName">Name of the file-system type, for locks.</param>
internal sealed record ExtSpace(
    ExtSuperBlock Super,
    IBlockDevice Device,
    BlockMap Map,
    MapWriter Writer,
    MetadataLog Log,
    InlineData Inline,
    string TypeName)
{
    /// <summary>The allocator.</summary>
    internal BlockAllocator Allocator => Writer.Allocator;

    private int _isUnflushed; // interlocked: data of some file were overwritten since the device was flushed for all

    /// <summary>Takes note of what a change of a map met, as an exception filter; the owner of the volume counts it,
    /// too. False.</summary>
    internal Func<FsException, MetadataHandle, bool> NoteDamage { get; set; } =
        static (failure, handle) => handle.AbortIfChanged(failure.Error);

    /// <summary>Data were written over blocks of a file: no transaction tells of it.</summary>
    internal void NoteOverwrite()
    {
        if (Volatile.Read(ref _isUnflushed) == 0)
        {
            Volatile.Write(ref _isUnflushed, 1);
        }
    }

    /// <summary>Whether data were overwritten; whoever asks flushes the device, or notes it again.</summary>
    /// <returns>True when they were.</returns>
    internal bool TakeUnflushed() =>
        Volatile.Read(ref _isUnflushed) != 0 && Interlocked.Exchange(ref _isUnflushed, 0) != 0;

    /// <summary>What one operation may take of a transaction.</summary>
    internal int CreditShare => Log.CreditsMax / 4;
}
