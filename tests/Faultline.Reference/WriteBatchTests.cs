// Goal: what writeback knows of its own folios stays true when one of them is dropped and its object begins another
// life. Method: a batch that has sent a folio; the folio leaves the cache, and the next one is made.

using Faultline.Block.Devices;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.Inodes;

namespace Faultline.Reference;

public sealed class WriteBatchTests
{
    private const int Page = 4096;

    [Fact]
    public void AFolioMadeLater_IsNotTakenForOneOfTheBatch()
    {
        using FolioPool pool = new(8L << 20);
        using MemoryDevice device = new(1 << 20);
        pool.Workers.Mode = ReadaheadMode.Off;
        using PlainVolume volume = PlainVolume.Format(device, pool);
        volume.Writeback.Mode = FlusherMode.Manual;
        Inode file = volume.AddFile("a");
        using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
        {
            Write(file, 9);
            WritePages.Run(file, WritebackControl.Everything).ThrowIfError();
            Write(file, 0);
            Write(file, 5);
            WritePages.Run(file, WritebackControl.Everything).ThrowIfError();
            Write(file, 0);
            Write(file, 5);
            WriteBatch batch = new(file);
            Collect(file, batch, 0);
            Collect(file, batch, 5);
            batch.SendReady(volume.Writeback);
            bool isGone = file.Mapping.RemoveClean(0, 0);
            Write(file, 7);
            Folio later = file.Mapping.GetFolio(7)!;
            bool isOwned = batch.Owns(later);
            later.Put();
            batch.SendAll(volume.Writeback);
            Assert.True(isGone);
            Assert.False(isOwned);
        }

        volume.SyncAll().ThrowIfError();
        file.Put();
        volume.Writeback.Stop();
    }

    private static void Write(Inode file, long page) =>
        Assert.Equal(Page, BufferedWrite.Write(file, page * Page, new SpanSource(new byte[Page])).OrThrow());

    // What a pass does with one dirty folio that is mapped.
    private static void Collect(Inode file, WriteBatch batch, long page)
    {
        Folio folio = file.Mapping.LockNextCached(page, page)!;
        file.Mapping.StartWriteback(folio);
        file.Writer.MapWriteback(page * Page, Page, out Iomap.Iomap iomap).ThrowIfError();
        file.Mapping.TakeDirty(folio, 0, Page);
        batch.Add(page * Page, iomap.Address, changesMap: false, new WritePiece(folio, 0, Page));
        file.Mapping.EndWriteback(folio, 0, 0, failed: false);
        folio.Unlock();
        folio.Put();
    }
}
