// What directory records look like on one volume.

namespace Faultline.Ext.Directories;

/// <summary>What directory records look like on one volume.</summary>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="InodeCount">Inodes of the volume.</param>
/// <param name="HasFileType">Whether records have the file type.</param>
/// <param name="HasChecksums">Whether blocks end in a checksum.</param>
internal sealed record DirectoryRules(
    int BlockSize, uint InodeCount, bool HasFileType, bool HasChecksums);
