// Permission bits and access ACLs say the same twice; whichever was set last leads.

using System;
using System.Collections.Generic;
using Faultline.Ext.Building;
using Faultline.Vfs.Permissions;

namespace Faultline.Building;

/// <summary>Keeps permission bits and access ACLs together.</summary>
internal static class AclModes
{
    private const uint AclBits = 0x1FF;

    private static ReadOnlySpan<byte> Access => "system.posix_acl_access"u8;

    /// <summary>The bits are what the ACL says. A malformed one is left for whoever checks it.</summary>
    /// <param name="node">The node.</param>
    internal static void FollowAcl(BuildNode node)
    {
        int index = Find(node);
        if (index >= 0)
        {
            node.Mode = (node.Mode & ~AclBits) | PosixAcl.ModeOf(node.Xattrs[index].Value.Span, out _);
        }
    }

    /// <summary>The ACL says what the bits are, as after chmod(2).</summary>
    /// <param name="node">The node.</param>
    internal static void FollowMode(BuildNode node)
    {
        int index = Find(node);
        if (index >= 0)
        {
            byte[] value = node.Xattrs[index].Value.ToArray();
            PosixAcl.SetMode(value, node.Mode);
            List<BuildXattr> changed = [.. node.Xattrs];
            changed[index] = changed[index] with { Value = value };
            node.Xattrs = changed;
        }
    }

    private static int Find(BuildNode node)
    {
        for (int index = 0; index < node.Xattrs.Count; index++)
        {
            bool isAcl = node.Xattrs[index].Name.Span.SequenceEqual(Access);
            if (isAcl && PosixAcl.Validate(node.Xattrs[index].Value.Span).IsOk)
            {
                return index;
            }
        }

        return -1;
    }
}
