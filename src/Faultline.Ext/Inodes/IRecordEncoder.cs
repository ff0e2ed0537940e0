// The seam between an inode in memory and its on-disk form.

namespace Faultline.Ext.Inodes;

/// <summary>Brings an inode's on-disk form up to date with what is in memory.</summary>
internal interface IRecordEncoder
{
    /// <summary>Writes attributes and times into the record.</summary>
    /// <param name="record">The record.</param>
    /// <locks>Caller: i_raw_lock. May take: i_lock.</locks>
    void Encode(InodeRecord record);
}
