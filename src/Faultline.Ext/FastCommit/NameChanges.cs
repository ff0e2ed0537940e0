// What fast commits changed in one directory, over what is on disk. Names are kept as text of one
// character a byte, so that any bytes survive. New names keep the order in which they came.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Base;

namespace Faultline.Ext.FastCommit;

/// <summary>Changes to one directory.</summary>
internal sealed class NameChanges
{
    private readonly Dictionary<string, InodeNumber> _names = []; // none: the name is gone
    private readonly List<string> _order = [];

    /// <summary>Parent of a directory that the fast commits created, or none: then its entries on
    /// disk count.</summary>
    internal InodeNumber NewParent { get; set; }

    /// <summary>Names that exist, in the order in which they came.</summary>
    internal IEnumerable<(byte[] Name, InodeNumber Inode)> Added
    {
        get
        {
            foreach (string name in _order)
            {
                if (_names[name] != InodeNumber.None)
                {
                    yield return (Encoding.Latin1.GetBytes(name), _names[name]);
                }
            }
        }
    }

    /// <summary>Gives a name to an inode, or takes it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="inode">The inode, or none.</param>
    internal void Set(ReadOnlySpan<byte> name, InodeNumber inode)
    {
        string key = Encoding.Latin1.GetString(name);
        if (_names.TryAdd(key, inode))
        {
            _order.Add(key);
            return;
        }

        _names[key] = inode;
    }

    /// <summary>What became of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="inode">The inode it has now, or none when it is gone.</param>
    /// <returns>False when the entries on disk decide.</returns>
    internal bool TryFind(ReadOnlySpan<byte> name, out InodeNumber inode) =>
        _names.TryGetValue(Encoding.Latin1.GetString(name), out inode);
}
