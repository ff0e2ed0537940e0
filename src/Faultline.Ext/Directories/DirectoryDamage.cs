// Turns what is wrong with a record into an error with coordinates.

using Faultline.Base;

namespace Faultline.Ext.Directories;

/// <summary>Errors for malformed records.</summary>
internal static class DirectoryDamage
{
    /// <summary>The error for a malformed record.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inode">The directory.</param>
    /// <param name="block">The block, or 0 when the record lies in the inode.</param>
    /// <param name="offset">Byte offset of the record.</param>
    /// <returns>The error.</returns>
    internal static FsError Of(
        DirectoryProblem problem, InodeNumber inode, BlockNumber block, int offset)
    {
        Reason reason = problem switch
        {
            DirectoryProblem.Record => ExtReasons.DirectoryRecord,
            DirectoryProblem.Name => ExtReasons.DirectoryName,
            DirectoryProblem.Inode => ExtReasons.DirectoryInode,
        };
        return reason.At(inode, block, $"record at byte {offset}");
    }
}
