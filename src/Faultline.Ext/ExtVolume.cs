// An open volume: the parts of the driver over one device, put together once. Reading needs no
// locks of its own: nobody writes the volume, every structure is immutable or replaced whole.

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

namespace Faultline.Ext;

/// <summary>An open ext volume, below the VFS.</summary>
internal sealed partial class ExtVolume
{
    private ExtVolume(
        IBlockDevice device,
        ExtSuperBlock super,
        ulong superBlockBlock,
        ExtOpenOptions options,
        FastCommitChanges? changes = null)
    {
        Device = device;
        Super = super;
        bool isBackup = superBlockBlock != super.SuperBlockBlock;
        Buffers = new BufferCache(device, super.BlockSize, options.MetadataBudgetBytes);
        Groups = new GroupTable(super, Buffers, superBlockBlock, keepsAll: false);
        Inodes = new InodeTable(super, Groups, Buffers, isBackup, changes);
        Map = new BlockMap(super, Buffers, changes);
        Contents = new FileContents(device, super.BlockSize, Map);
        Xattrs = new XattrStore(super, Buffers, Inodes, Contents);
        Inline = new InlineData(Xattrs);
        DirectoryRules rules = new(
            super.BlockSize,
            super.InodeCount,
            super.Has(FeatureIncompat.FileType),
            super.HasMetadataChecksums);
        Directories = new DirectoryReader(
            super,
            new DirectoryFile(Buffers, Map, rules),
            new InlineDirectory(rules, Inline),
            changes);
    }

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

    /// <summary>Name of the file-system type, by the features in use.</summary>
    internal string TypeName => VolumeIdentifier.TypeNameOf(Super.Raw);
}
