// Goal: checksums, halves, roundings and byte orders are right against published values.

using System.Text;

namespace Faultline.Base.Tests;

public sealed class ArithmeticTests
{
    [Fact]
    public void Crc32c_OfCheckString_IsThePublishedValue() =>
        Assert.Equal(0xE3069283U, ~Crc32c.Update(0xFFFF_FFFF, Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Crc16_OfCheckString_IsThePublishedModbusValue() =>
        Assert.Equal((ushort)0x4B37, Crc16.Update(0xFFFF, Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Join_KeepsTheHighHalf() => Assert.Equal(0x1_0000_0002UL, Bits.Join(1u, 2u));

    [Fact]
    public void Fields_StoreTheirOwnByteOrder()
    {
        byte[] bytes = [1, 2, 3, 4];
        Assert.Equal(0x04030201U, Disk.View<LeUInt32>(bytes).Value);
        Assert.Equal(0x01020304U, Disk.View<BeUInt32>(bytes).Value);
        Disk.Overlay<BeUInt16>(bytes, 1) = 0xAABB;
        Assert.Equal([1, 0xAA, 0xBB, 4], bytes);
    }

    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(1, 4, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(5, 4, 2)]
    public void DivideRoundUp_Rounds(long dividend, long divisor, long expected) =>
        Assert.Equal(expected, Bits.DivideRoundUp(dividend, divisor));

    [Fact]
    public void DivideRoundUp_DoesNotOverflowAtTheTop() =>
        Assert.Equal(1UL << 52, Bits.DivideRoundUp(ulong.MaxValue, 4096UL));

    [Fact]
    public void TransactionIds_CompareAcrossTheWrap() =>
        Assert.True(new TransactionId(2).IsAfter(new TransactionId(0xFFFF_FFF0)));

    [Fact]
    public void UnixTime_BeforeTheEpoch_CountsNanosecondsForward()
    {
        UnixTime time = UnixTime.From(new System.DateTimeOffset(1969, 12, 31, 23, 59, 59, 500, System.TimeSpan.Zero));
        Assert.Equal(new UnixTime(-1, 500_000_000), time);
    }

    [Fact]
    public void Uuid_PrintsInStorageOrder() =>
        Assert.Equal(
            "00010203-0405-0607-0809-0a0b0c0d0e0f",
            Uuid.Read([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]).ToString());
}
