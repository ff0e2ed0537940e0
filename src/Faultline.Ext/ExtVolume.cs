// An open volume: the parts of the driver over one device, put together once. The parts that write are there only
// when the volume was opened for writing; without them nobody writes, and every structure is immutable or replaced
// whole.

using System.Diagnostics.CodeAnalysis;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Ext.Allocation;
using Faultline.Ext.Attributes;
using Faultline.Ext.Directories;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format;
using Faultline.Ext.Inodes;
using Faultline.Ext.Journal;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Recovery;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext;

/// <summary>An open ext volume, below the VFS.</summary>
internal sealed partial class ExtVolume
{
    private ExtSpace? _mapSpace; // set with the log

    private ExtVolume(
        IBlockDevice device,
        ExtSuperBlock super,
        ulong superBlockBlock,
        ExtOpenOptions options,
        FastCommitChanges? changes = null)
    {
        IsWritable = options.ForWriting;
        Device = device;
        Super = super;
        bool isBackup = superBlockBlock != super.SuperBlockBlock;
        Buffers = new BufferCache(device, super.BlockSize, options.MetadataBudgetBytes);
        Groups = new GroupTable(super, Buffers, superBlockBlock, keepsAll: IsWritable);
        Inodes = new InodeTable(super, Groups, Buffers, isBackup, changes);
        Map = new BlockMap(super, Buffers, changes);
        Contents = new FileContents(device, super.BlockSize, Map, Buffers);
        Xattrs = new XattrStore(super, Buffers, Inodes, Contents);
        Inline = new InlineData(Xattrs);
        DirectoryRules rules = new(
            super.BlockSize,
            super.InodeCount,
            super.Has(FeatureIncompat.FileType),
            super.HasMetadataChecksums);
        DirectoryNames = new DirectoryNames(super);
        DirectoryFile directoryFile = new(Buffers, Map, rules);
        Directories = new DirectoryReader(super, directoryFile, new InlineDirectory(rules, Inline), changes, IsWritable);
        SuperStore = new SuperBlockStore(super, Buffers);
        if (!IsWritable)
        {
            return;
        }

        Allocator = new BlockAllocator(super, device, Buffers, Groups, TypeName);
        MapWriter = new MapWriter(super, Buffers, Map, Allocator);
        Space = new BlockSource(super, MapWriter);
        InodeAllocator = new InodeAllocator(super, Groups, Buffers, Inodes, Allocator);
        XattrValues values = new(super, Inodes, InodeAllocator, Space);
        XattrWriter = new XattrWriter(super, Xattrs, Space, values);
        DirectoryWriter = new DirectoryWriter(super, directoryFile, Directories, Inline, Space);
    }

    /// <summary>Whether the parts that write are there.</summary>
    [MemberNotNullWhen(
        true,
        nameof(Allocator),
        nameof(MapWriter),
        nameof(Space),
        nameof(InodeAllocator),
        nameof(XattrWriter),
        nameof(DirectoryWriter))]
    internal bool IsWritable { get; }

    /// <summary>Where changes of metadata go; set once, before anything is changed.</summary>
    internal MetadataLog? Log { get; private set; }

    internal SuperBlockStore SuperStore { get; }

    internal DirectoryNames DirectoryNames { get; }

    internal BlockAllocator? Allocator { get; }

    internal MapWriter? MapWriter { get; }

    internal BlockSource? Space { get; }

    /// <summary>What maps of files need; there once the log is.</summary>
    internal ExtSpace MapSpace => _mapSpace!;

    internal InodeAllocator? InodeAllocator { get; }

    internal XattrWriter? XattrWriter { get; }

    internal DirectoryWriter? DirectoryWriter { get; }

    /// <summary>The device read: the one given, or an overlay with the journal's
    /// contents.</summary>
    internal IBlockDevice Device { get; }

    internal ExtSuperBlock Super { get; }

    internal BufferCache Buffers { get; }

    internal GroupTable Groups { get; }

    internal InodeTable Inodes { get; }

    internal BlockMap Map { get; }

    internal FileContents Contents { get; }

    internal XattrStore Xattrs { get; }

    internal InlineData Inline { get; }

    internal DirectoryReader Directories { get; }

    /// <summary>The journal, or null when there is none or it was not looked for.</summary>
    internal ExtJournal? Journal { get; private init; }

    /// <summary>What the replay into memory did, or null when none was needed.</summary>
    internal RecoverySummary? Recovery { get; private init; }

    /// <summary>Opens the log of a volume opened for writing.</summary>
    /// <param name="log">The log.</param>
    internal void Attach(MetadataLog log)
    {
        Log = log;
        Allocator!.Log = log;
        _mapSpace = new ExtSpace(Super, Device, Map, MapWriter!, log, Inline, TypeName);
    }

    /// <summary>Name of the file-system type, by the features in use.</summary>
    internal string TypeName => VolumeIdentifier.TypeNameOf(Super.Raw);
}
