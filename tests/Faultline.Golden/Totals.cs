// What was compared.

namespace Faultline.Golden;

internal readonly record struct Totals(
    int Images, long Inodes, long Names, long Bytes, long Extents, long Xattrs)
{
    public static Totals operator +(Totals left, Totals right) => new(
        left.Images + right.Images,
        left.Inodes + right.Inodes,
        left.Names + right.Names,
        left.Bytes + right.Bytes,
        left.Extents + right.Extents,
        left.Xattrs + right.Xattrs);

    public override string ToString() =>
        $"{Inodes} files, {Names} names, {Bytes} bytes, {Extents} extents, {Xattrs} xattrs";
}
