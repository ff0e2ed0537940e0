// Where the extended attributes of one new inode went.

using System.Collections.Generic;
using Faultline.Ext.Attributes;

namespace Faultline.Ext.Building;

/// <summary>Where the extended attributes of one new inode went.</summary>
/// <param name="Own">Those in the inode.</param>
/// <param name="Block">The block with the others, or null.</param>
/// <param name="ValueBlocks">Blocks of values in inodes, which count as the owner's, too.</param>
internal sealed record PlacedXattrs(List<XattrItem> Own, NewXattrBlock? Block, ulong ValueBlocks);
