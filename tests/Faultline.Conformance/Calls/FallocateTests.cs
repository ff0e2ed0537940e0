// fallocate(2)

using System.Collections.Generic;

namespace Faultline.Conformance.Calls;

[Needs("fallocate")]
public sealed class FallocateTests(Targets targets) : PromiseTests(targets)
{
    private const int Block = 4096;

    public static IEnumerable<string> Modes =>
        ["allocate", "allocate KEEP_SIZE", "PUNCH_HOLE", "ZERO_RANGE", "ZERO_RANGE KEEP_SIZE"];

    [Theory, Promise("sectors")]
    public void Allocate_TakesSpace_AndExtendsTheFile(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, 0, 0, 16 * Block).Ok();
        Assert.Equal(16 * Block, fs.Size(file));
        Assert.InRange(fs.FStat(file).Ok().Sectors, 128UL, 160UL);
        Assert.Equal("abc..", fs.Text(file, 0, 5));
    });

    [Theory, Promise("sectors")]
    public void Allocate_KeepSize_LeavesTheSize(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 16 * Block).Ok();
        Assert.Equal(3, fs.Size(file));
        Assert.InRange(fs.FStat(file).Ok().Sectors, 128UL, 160UL);
    });

    [Theory, Promise]
    public void Allocate_KeepsData(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(3 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, 0, 0, 8 * Block).Ok();
        Assert.Equal("aa..", fs.Text(file, (3 * Block) - 2, 4));
    });

    [Theory, Promise]
    public void Allocate_InsideTheFile_KeepsTheSize(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.FTruncate(file, 16 * Block).Ok();
        fs.Fallocate(file, 0, 2 * Block, 2 * Block).Ok();
        Assert.Equal(16 * Block, fs.Size(file));
    });

    [Theory, Promise]
    public void Allocate_OfOddRange_EndsWhereAsked(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Fallocate(file, 0, 1000, 5001).Ok();
        Assert.Equal(6001, fs.Size(file));
    });

    [Theory, Promise]
    public void Allocated_IsWrittenAndReadLikeAny(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.Fallocate(file, 0, 0, 8 * Block).Ok();
        fs.PWrite(file, "mid", (2 * Block) + 7);
        fs.FSync(file).Ok();
        Assert.Equal("..mid..", fs.Text(file, (2 * Block) + 5, 7));
        Assert.Equal("....", fs.Text(file, 3 * Block, 4));
    });

    [Theory, Promise]
    public void Punch_MakesZeroes_AndKeepsTheRest(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(4 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, Block, 2 * Block).Ok();
        Assert.Equal("aa..", fs.Text(file, Block - 2, 4));
        Assert.Equal("..aa", fs.Text(file, (3 * Block) - 2, 4));
        Assert.Equal(4 * Block, fs.Size(file));
    });

    [Theory, Promise("sectors")]
    public void Punch_GivesSpaceBack(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(256 * Block, (byte)'a'), 0).Ok();
        fs.FSync(file).Ok();
        ulong before = fs.FStat(file).Ok().Sectors;
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 128 * Block).Ok();
        Assert.InRange(fs.FStat(file).Ok().Sectors, 1UL, before - 1000);
        fs.Seek(file, 0, SEEK_DATA).Is(128 * Block);
    });

    [Theory, Promise]
    public void Punch_OfPartsOfBlocks_ZeroesExactlyThem(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(3 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100, Block).Ok();
        Assert.Equal("aa..", fs.Text(file, 98, 4));
        Assert.Equal("..aa", fs.Text(file, Block + 98, 4));
    });

    [Theory, Promise]
    public void Punch_WithinOneBlock_ZeroesExactlyIt(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abcdefgh");
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 3).Ok();
        Assert.Equal("ab...fgh", fs.Text(file));
    });

    [Theory, Promise]
    public void Punch_BeyondTheEnd_IsNothing(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 10 * Block, Block).Ok();
        Assert.Equal("abc", fs.Text(file));
    });

    [Theory, Promise]
    public void Punch_AcrossTheEnd_KeepsTheSize(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(2 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, Block, 8 * Block).Ok();
        Assert.Equal(2 * Block, fs.Size(file));
        Assert.Equal("aa..", fs.Text(file, Block - 2, 4));
    });

    [Theory, Promise]
    public void Punch_AndWriteAgain_ReadsTheNew(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(2 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, Block).Ok();
        fs.PWrite(file, "new", 10);
        fs.FSync(file).Ok();
        Assert.Equal("..new..", fs.Text(file, 8, 7));
    });

    [Theory, Promise]
    public void Punch_WithoutKeepSize_IsEOPNOTSUPP(string target) => On(target, static fs =>
        fs.Fallocate(fs.OpenNew("/f", "abc"), FALLOC_FL_PUNCH_HOLE, 0, 1).Fails(EOPNOTSUPP));

    [Theory, Promise("fallocate_zero")]
    public void Zero_MakesZeroes_AndKeepsTheRest(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(4 * Block, (byte)'a'), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_ZERO_RANGE, Block + 10, Block).Ok();
        Assert.Equal("aa..", fs.Text(file, Block + 8, 4));
        Assert.Equal("..aa", fs.Text(file, (2 * Block) + 8, 4));
    });

    [Theory, Promise("fallocate_zero")]
    public void Zero_BeyondTheEnd_ExtendsTheFile(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, FALLOC_FL_ZERO_RANGE, Block, Block).Ok();
        Assert.Equal(2 * Block, fs.Size(file));
        Assert.Equal("abc.", fs.Text(file, 0, 4));
    });

    [Theory, Promise("fallocate_zero")]
    public void Zero_KeepSize_LeavesTheSize(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 1, Block).Ok();
        Assert.Equal("a..", fs.Text(file));
    });

    [Theory, Promise("fallocate_collapse")]
    public void Collapse_TakesTheRangeOut(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(Block, (byte)'a'), 0).Ok();
        fs.PWrite(file, Scenes.Fill(Block, (byte)'b'), Block).Ok();
        fs.PWrite(file, Scenes.Fill(Block, (byte)'c'), 2 * Block).Ok();
        fs.Fallocate(file, FALLOC_FL_COLLAPSE_RANGE, Block, Block).Ok();
        Assert.Equal(2 * Block, fs.Size(file));
        Assert.Equal("aacc", fs.Text(file, Block - 2, 4));
    });

    [Theory, Promise("fallocate_collapse")]
    public void Collapse_OfPartOfABlock_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(4 * Block, 1), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 100, Block).Fails(EINVAL);
        fs.Fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 0, 100).Fails(EINVAL);
    });

    [Theory, Promise("fallocate_collapse")]
    public void Collapse_ToTheEnd_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(4 * Block, 1), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 2 * Block, 2 * Block).Fails(EINVAL);
        fs.Fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 2 * Block, 8 * Block).Fails(EINVAL);
    });

    [Theory, Promise("fallocate_insert")]
    public void Insert_MovesTheRestUp_AndLeavesAHole(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(Block, (byte)'a'), 0).Ok();
        fs.PWrite(file, Scenes.Fill(Block, (byte)'b'), Block).Ok();
        fs.Fallocate(file, FALLOC_FL_INSERT_RANGE, Block, Block).Ok();
        Assert.Equal(3 * Block, fs.Size(file));
        Assert.Equal("aa..", fs.Text(file, Block - 2, 4));
        Assert.Equal("..bb", fs.Text(file, (2 * Block) - 2, 4));
    });

    [Theory, Promise("fallocate_insert")]
    public void Insert_AtTheEnd_IsEINVAL(string target) => On(target, static fs =>
    {
        Handle file = fs.OpenNew("/f");
        fs.PWrite(file, Scenes.Fill(Block, 1), 0).Ok();
        fs.Fallocate(file, FALLOC_FL_INSERT_RANGE, Block, Block).Fails(EINVAL);
    });

    [Theory, Promise(Rows = nameof(Modes))]
    public void NegativeOffset_IsEINVAL(string target, string mode) => OnRow(target, mode, fs =>
        fs.Fallocate(fs.OpenNew("/f", "abc"), Mode(mode), -1, 1).Fails(EINVAL));

    [Theory, Promise(Rows = nameof(Modes))]
    public void LengthOfZero_IsEINVAL(string target, string mode) => OnRow(target, mode, fs =>
        fs.Fallocate(fs.OpenNew("/f", "abc"), Mode(mode), 0, 0).Fails(EINVAL));

    [Theory, Promise(Rows = nameof(Modes))]
    public void DescriptorForReading_IsEBADF(string target, string mode) => OnRow(target, mode, fs =>
    {
        fs.MakeFile("/f", "abc");
        fs.Fallocate(fs.Open("/f", O_RDONLY).Ok(), Mode(mode), 0, 1).Fails(EBADF);
    });

    [Theory, Promise]
    public void BeyondTheLargestFile_IsEFBIG(string target) => On(target, static fs =>
        fs.Fallocate(fs.OpenNew("/f", "abc"), 0, long.MaxValue - 100, 1000).Fails(EFBIG));

    [Theory, Promise]
    public void UnknownMode_IsEOPNOTSUPP(string target) => On(target, static fs =>
        fs.Fallocate(fs.OpenNew("/f", "abc"), 0x1000, 0, 1).Fails(EOPNOTSUPP));

    [Theory, Promise]
    public void PunchAndZeroTogether_AreEOPNOTSUPP(string target) => On(target, static fs => fs.Fallocate(
        fs.OpenNew("/f", "abc"), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, 1).Fails(EOPNOTSUPP));

    [Theory, Promise("mkfifo")]
    public void Fifo_IsESPIPE(string target) => On(target, static fs =>
    {
        fs.MkNod("/p", S_IFIFO | Scenes.Mode644).Ok();
        fs.Fallocate(fs.Open("/p", O_RDWR).Ok(), 0, 0, 1).Fails(ESPIPE);
    });

    [Theory, Promise]
    public void MoreThanThereIs_IsENOSPC_AndTheFileIsUsable(string target) => OnSmall(target, static fs =>
    {
        Handle file = fs.OpenNew("/f", "abc");
        fs.Fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 64L << 20).Fails(ENOSPC);
        Assert.Equal("abc", fs.Text(file));
        fs.FTruncate(file, 3).Ok();
        Assert.Equal(3, fs.PWrite(file, "xyz", 0));
    });

    private static int Mode(string name) => name switch
    {
        "allocate" => 0,
        "allocate KEEP_SIZE" => FALLOC_FL_KEEP_SIZE,
        "PUNCH_HOLE" => FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
        "ZERO_RANGE" => FALLOC_FL_ZERO_RANGE,
        _ => FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
    };
}
