// What a check found.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Checking;

/// <summary>What a check found.</summary>
/// <param name="Findings">What is wrong, with structure, inode and block; at most as many as asked for.</param>
/// <param name="InodeCount">Inodes in use.</param>
/// <param name="DirectoryCount">Directories that were walked.</param>
/// <param name="UsedClusterCount">Clusters in use.</param>
public sealed record CheckReport(
    IReadOnlyList<FsError> Findings, long InodeCount, long DirectoryCount, long UsedClusterCount)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsSound => Findings.Count == 0;
}
