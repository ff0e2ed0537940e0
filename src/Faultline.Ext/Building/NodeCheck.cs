// What a node must be, whatever the volume.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format.Names;
using Faultline.Vfs.Permissions;

namespace Faultline.Ext.Building;

/// <summary>Checks nodes.</summary>
internal static class NodeCheck
{
    private const uint MajorMax = 0xFFF;
    private const uint MinorMax = 0xF_FFFF;
    private const int XattrNameMax = 255;

    /// <summary>Checks a node.</summary>
    /// <param name="tree">The tree, for messages.</param>
    /// <param name="node">The node.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL, ERANGE, EOPNOTSUPP, ENAMETOOLONG: what is wrong with it, and its path.</errors>
    internal static Result Check(NumberedTree tree, BuildNode node)
    {
        switch (node.Type)
        {
            case ModeBits.S_IFREG:
                if (!AreRangesSound(node))
                {
                    return ExtBuildReasons.Ranges.With(tree.PathOf(node));
                }

                break;

            case ModeBits.S_IFCHR or ModeBits.S_IFBLK:
                if (node.DeviceMajor > MajorMax || node.DeviceMinor > MinorMax)
                {
                    return ExtBuildReasons.Device.With(
                        $"{tree.PathOf(node)}: {node.DeviceMajor}, {node.DeviceMinor}");
                }

                break;

            case ModeBits.S_IFDIR or ModeBits.S_IFLNK or ModeBits.S_IFIFO or ModeBits.S_IFSOCK:
                break;

            default:
                return ExtBuildReasons.Type.With($"{tree.PathOf(node)}: mode {Convert.ToString(node.Mode, 8)}");
        }

        return CheckXattrs(tree, node);
    }

    private static bool AreRangesSound(BuildNode node)
    {
        long end = 0;
        foreach (BuildRange range in node.Ranges ?? [])
        {
            bool isSound = range.Length > 0 && range.Position >= end && range.Length <= node.SizeBytes - range.Position;
            if (!isSound)
            {
                return false;
            }

            end = range.End;
        }

        return node.SizeBytes >= 0 && (node.SizeBytes == 0 || node.Content is not null || node.Ranges is { Count: 0 });
    }

    private static Result CheckXattrs(NumberedTree tree, BuildNode node)
    {
        foreach (BuildXattr xattr in node.Xattrs)
        {
            string Describe() =>
                $"{tree.PathOf(node)}: {System.Text.Encoding.UTF8.GetString(xattr.Name.Span)}";
            byte index = XattrNames.IndexOf(xattr.Name.Span, out ReadOnlySpan<byte> rest);
            if (index == 0)
            {
                return ExtBuildReasons.XattrNamespace.With(Describe());
            }

            bool isAcl = index is XattrNames.AclAccessIndex or XattrNames.AclDefaultIndex;
            bool hasName = isAcl || !rest.IsEmpty;
            bool fits = rest.Length <= XattrNameMax && xattr.Value.Length <= XattrEntryDisk.ValueBytesMax;
            if (!hasName || !fits)
            {
                return ExtBuildReasons.XattrLength.With(Describe());
            }

            if (isAcl && !PosixAcl.Validate(xattr.Value.Span).IsOk)
            {
                return ExtBuildReasons.Acl.With(Describe());
            }
        }

        return Result.Ok;
    }
}
