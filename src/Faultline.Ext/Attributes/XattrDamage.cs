// Turns what is wrong with an attribute list into an error with coordinates.

using Faultline.Base;

namespace Faultline.Ext.Attributes;

/// <summary>Errors for malformed attribute lists.</summary>
internal static class XattrDamage
{
    /// <summary>The error for a malformed list.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inode">The inode.</param>
    /// <param name="block">The block, or 0 when the list lies in the inode.</param>
    /// <param name="offset">Byte offset of the entry.</param>
    /// <returns>The error.</returns>
    internal static FsError Of(
        XattrProblem problem, InodeNumber inode, BlockNumber block, int offset)
    {
        Reason reason = problem switch
        {
            XattrProblem.Entry => ExtReasons.XattrEntry,
            XattrProblem.Value => ExtReasons.XattrValue,
            XattrProblem.Hash => ExtReasons.XattrHash,
        };
        return reason.At(inode, block, $"entry at byte {offset}");
    }
}
