// An image with what changes block maps, and the log that its features ask for. What it leaves is judged by e2fsck.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Journal;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Jbd2.Writing;

namespace Faultline.Ext.Tests.Writing;

internal sealed class SpaceVolume : IDisposable, ITransactionListener
{
    private readonly ExtImage _image;

    // Makes a volume with some empty regular files: f0, f1, ...
    internal SpaceVolume(long sizeBytes, int files, params string[] arguments)
    {
        _image = new ExtImage(sizeBytes, arguments);
        string[] commands = new string[files];
        for (int index = 0; index < files; index++)
        {
            commands[index] = string.Create(CultureInfo.InvariantCulture, $"write /dev/null f{index}");
        }

        if (files > 0)
        {
            _image.Change(commands);
        }

        Device = _image.Load();
        Volume = ExtImage.Open(Device);
        Groups = new GroupTable(Super, Volume.Buffers, Super.SuperBlockBlock, keepsAll: true);
        Inodes = new InodeTable(Super, Groups, Volume.Buffers, ignoresUnused: false, changes: null);
        Allocator = new BlockAllocator(Super, Device, Volume.Buffers, Groups, "ext4");
        Log = OpenLog();
        Log.Listener = this;
        Allocator.Log = Log;
        Writer = new MapWriter(Super, Volume.Buffers, Volume.Map, Allocator);
    }

    internal MemoryDevice Device { get; }

    internal ExtVolume Volume { get; }

    internal ExtSuperBlock Super => Volume.Super;

    internal GroupTable Groups { get; }

    internal InodeTable Inodes { get; }

    internal BlockAllocator Allocator { get; }

    internal MapWriter Writer { get; }

    internal MetadataLog Log { get; }

    internal string Debugfs(string command) => _image.Debugfs(command);

    internal InodeRecord File(string name) => ExtImage.Walk(Volume, name);

    internal void Seal(MetadataHandle handle) => Assert.NotNull(handle);

    void ITransactionListener.Seal(MetadataHandle handle) => Seal(handle);

    public void Durable(TransactionId transaction) => Allocator.Durable(transaction);

    public void Aborted(in FsError error) => Assert.Fail(error.ToString());

    // Runs steps of a change until it is done, as a caller without locks does.
    internal void Steps(InodeRecord inode, int credits, Func<MapChange, bool> step)
    {
        for (int round = 0; round < 10_000; round++)
        {
            using MetadataHandle handle = Log.Start(credits).OrThrow();
            bool isDone = step(new MapChange(handle, inode, new SpacePurse()));
            Inodes.Store(handle, inode);
            if (isDone)
            {
                return;
            }
        }

        Assert.Fail("a change does not end");
    }

    // Everything to the device, totals included, then the real checker.
    internal void AssertClean()
    {
        Commit();
        byte[] super = new byte[1024];
        Device.Read(1024, super);
        ulong free = (ulong)Allocator.FreeClusterCount * Allocator.BlocksPerCluster;
        BinaryPrimitives.WriteUInt32LittleEndian(super.AsSpan(0x0C), (uint)free);
        if (Super.HasMetadataChecksums)
        {
            uint crc = Crc32c.Update(uint.MaxValue, super.AsSpan(0, 1020));
            BinaryPrimitives.WriteUInt32LittleEndian(super.AsSpan(1020), crc);
        }

        Device.Write(1024, super);
        using (FileStream stream = new(_image.Path, FileMode.Open))
        {
            byte[] piece = new byte[1 << 20];
            for (long offset = 0; offset < Device.SizeBytes; offset += piece.Length)
            {
                int length = (int)Math.Min(piece.Length, Device.SizeBytes - offset);
                Device.Read(offset, piece.AsSpan(0, length));
                stream.Position = offset;
                if (piece.AsSpan(0, length).IndexOfAnyExcept((byte)0) >= 0)
                {
                    stream.Write(piece, 0, length);
                }
                else
                {
                    stream.Write(new byte[length], 0, length);
                }
            }
        }

        Tool.Run("e2fsck", "-fn", _image.Path);
    }

    private MetadataLog OpenLog()
    {
        LogOptions options = new() { CommitIntervalMs = 600_000 };
        if (!Super.Has(FeatureCompat.HasJournal))
        {
            return new EpochLog(Volume.Buffers, Device, options);
        }

        ExtJournal journal = ExtJournal.Find(Volume, null).OrThrow();
        JournalWants wants = new()
        {
            HasChecksums = Super.HasMetadataChecksums,
            Is64Bit = Super.Has(FeatureIncompat.SixtyFourBit),
        };
        return JournaledLog.Open(Volume.Buffers, Device, journal.Location, wants, options).OrThrow();
    }

    internal void Commit() => Log.Checkpoint().ThrowIfError();

    internal bool HasExtents(InodeRecord inode) => inode.Has(ExtInodeFlags.Extents) && Super.BlockCount > 0;

    public void Dispose()
    {
        Log.Dispose();
        Device.Dispose();
        _image.Dispose();
    }
}
