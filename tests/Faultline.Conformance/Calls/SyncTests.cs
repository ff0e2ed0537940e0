// fsync(2), fdatasync(2), sync(2), syncfs(2), statfs(2), and what a full file system does

namespace Faultline.Conformance.Calls;

public sealed class SyncTests(Targets targets) : PromiseTests(targets)
{
    [Theory, Promise]
    public void FSync_OfAFile_Succeeds_AndDataStay(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.FSync(file).Is(0);
        Assert.Equal("abc", fs.Text(file));
    });

    [Theory, Promise]
    public void FSync_OfADescriptorForReading_Succeeds(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.FSync(fs.Open("/f", O_RDONLY).Ok()).Is(0);
    });

    [Theory, Promise("names")]
    public void FSync_OfADirectory_Succeeds(string target) => On(target, static fs =>
    {
        fs.MkDir("/d").Ok();
        fs.FSync(fs.Open("/d", O_RDONLY).Ok()).Is(0);
    });

    [Theory, Promise]
    public void FSync_OfAPathDescriptor_IsEBADF(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f");
        fs.FSync(fs.Open("/f", O_PATH).Ok()).Fails(EBADF);
    });

    [Theory, Promise("mkfifo")]
    public void FSync_OfAFifo_IsEINVAL(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.FSync(fs.Open("/p", O_RDWR).Ok()).Fails(EINVAL);
    });

    [Theory, Promise]
    public void FDataSync_OfAFile_Succeeds(string target) => On(target, static fs =>
        fs.FDataSync(fs.OpenNew("/f", "abc")).Is(0));

    [Theory, Promise("names")]
    public void FSync_OfAnUnlinkedFile_Succeeds(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Unlink("/f").Ok();
        fs.FSync(file).Is(0);
    });

    [Theory, Promise]
    public void Sync_Succeeds(string target) => On(target, static fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.Sync().Is(0);
    });

    [Theory, Promise("syncfs")]
    public void SyncFs_Succeeds(string target) => On(target, static fs =>
        fs.SyncFs(fs.OpenNew("/f", "abc")).Is(0));

    [Theory, Promise("syncfs")]
    public void SyncFs_OfAPathDescriptor_IsEBADF(string target) => On(target, static fs =>
        fs.SyncFs(fs.Open("/", O_PATH).Ok()).Fails(EBADF));

    [Theory, Promise("names")]
    public void StatFs_HasNamesOf255Bytes_AndConsistentNumbers(string target) => On(target, static fs =>
    {
        StatFsData space = fs.StatFs("/").Ok();
        Assert.Equal(255, space.NameMax);
        Assert.InRange(space.BlocksFree, 1UL, space.Blocks);
        Assert.InRange(space.BlocksAvailable, 1UL, space.BlocksFree);
        Assert.InRange(space.FilesFree, 1UL, space.Files);
    });

    [Theory, Promise("names")]
    public void StatFs_ShowsWhatAFileTakes_AndGivesBack(string target) => OnSmall(target, static fs =>
    {
        ulong before = Free(fs);
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(1 << 20, 1), 0).Ok();
        fs.FSync(file).Ok();
        Assert.InRange(before - Free(fs), 1UL << 20, (1UL << 20) + (64 << 10));
        fs.Unlink("/f").Ok();
        fs.Close(file).Ok();
        fs.Sync().Ok();
        Assert.InRange(Free(fs), before - (64 << 10), before);
    });

    // The space of an open file that has no name any more is given back when it is closed.
    [Theory, Promise("names")]
    public void StatFs_OfAnUnlinkedOpenFile_StillCountsIt(string target) => OnSmall(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(1 << 20, 1), 0).Ok();
        fs.FSync(file).Ok();
        ulong full = Free(fs);
        fs.Unlink("/f").Ok();
        Assert.InRange(Free(fs), full - (64 << 10), full + (64 << 10));
        fs.Close(file).Ok();
        fs.Sync().Ok();
        Assert.InRange(Free(fs), full + (900 << 10), ulong.MaxValue);
    });

    [Theory, Promise("names")]
    public void StatFs_CountsInodes(string target) => OnSmall(target, static fs =>
    {
        ulong before = fs.StatFs("/").Ok().FilesFree;
        fs.MakeFile("/f");
        fs.MkDir("/d").Ok();
        Assert.Equal(before - 2, fs.StatFs("/").Ok().FilesFree);
        fs.Unlink("/f").Ok();
        fs.RmDir("/d").Ok();
        Assert.Equal(before, fs.StatFs("/").Ok().FilesFree);
    });

    [Theory, Promise]
    public void Write_OnAFullVolume_IsENOSPC_AfterWhatFits(string target) => OnSmall(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        long end = FillUp(fs, file);
        Assert.Equal(end, fs.Size(file));
        Assert.InRange(end, 1L << 20, 8L << 20);
        byte[] last = new byte[1];
        fs.PRead(file, last, end - 1).Is(1);
        Assert.Equal(7, last[0]);
    });

    [Theory, Promise]
    public void FullVolume_TakesWritesAgain_AfterAFileIsGone(string target) => OnSmall(target, static fs =>
    {
        fs.MakeFile("/first", new string('x', 4000));
        Handle file = fs.OpenNew("/f");
        FillUp(fs, file);
        fs.FTruncate(file, 0).Ok();
        fs.Sync().Ok();
        fs.PWrite(file, Scenes.Fill(1 << 20, 1), 0).Is(1 << 20);
        Assert.StartsWith("xxxx", fs.Content("/first"));
    });

    [Theory, Promise]
    public void FullVolume_OverwritesWhatIsThere(string target) => OnSmall(target, static fs =>
    {
        Handle other = fs.OpenNew("/other");
        fs.PWrite(other, Scenes.Fill(8192, 1), 0).Ok();
        fs.FSync(other).Ok();
        FillUp(fs, fs.OpenNew("/f"));
        Assert.Equal(3, fs.PWrite(other, "new", 100));
        fs.FSync(other).Ok();
    });

    [Theory, Promise("names")]
    public void FullVolume_RemovesFiles(string target) => OnSmall(target, static fs =>
    {
        FillUp(fs, fs.OpenNew("/f"));
        fs.Unlink("/f").Ok();
        Assert.Empty(fs.Names("/"));
    });

    public static System.Collections.Generic.IEnumerable<string> Makers => ["creat", "mkdir", "mknod", "symlink"];

    [Theory, Promise("names", Rows = nameof(Makers))]
    public void NoInodeLeft_IsENOSPC_UntilOneIsFreed(string target, string call) => OnSmall(target, fs =>
    {
        int made = 0;
        while (fs.MkNod($"/n{made}", S_IFREG | Scenes.Mode644).Errno == OK)
        {
            made++;
        }

        Assert.InRange(made, 100, 600);
        Assert.Equal(ENOSPC, Make(fs, call));
        Assert.DoesNotContain("x", fs.Names("/"));
        fs.Unlink("/n0").Ok();
        Assert.Equal(OK, Make(fs, call));
    }, call);

    private static Abi.Errno Make(IFileSystemCalls fs, string call) => call switch
    {
        "creat" => fs.Open("/x", O_CREAT | O_WRONLY, Scenes.Mode644).Errno,
        "mkdir" => fs.MkDir("/x").Errno,
        "mknod" => fs.MkNod("/x", S_IFIFO | Scenes.Mode644).Errno,
        _ => fs.SymLink("y", "/x").Errno,
    };

    private static ulong Free(IFileSystemCalls fs)
    {
        StatFsData space = fs.StatFs("/").Ok();
        return space.BlocksFree * (ulong)space.BlockSize;
    }

    // Writes until nothing fits, in smaller and smaller pieces; the end of what was written.
    private static long FillUp(IFileSystemCalls fs, Handle file)
    {
        long end = 0;
        for (int piece = 1 << 16; piece >= 512; piece /= 2)
        {
            byte[] bytes = Scenes.Fill(piece, 7);
            while (true)
            {
                Outcome<long> wrote = fs.PWrite(file, bytes, end);
                if (wrote.Errno != OK)
                {
                    wrote.Fails(ENOSPC);
                    break;
                }

                end += wrote.Value;
            }
        }

        return end;
    }
}
