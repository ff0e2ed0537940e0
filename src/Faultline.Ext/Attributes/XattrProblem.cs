// What can be wrong with an attribute list.

namespace Faultline.Ext.Attributes;

/// <summary>What can be wrong with an attribute list.</summary>
internal enum XattrProblem
{
    /// <summary>An entry lies outside the list's space.</summary>
    Entry,

    /// <summary>A value lies outside the list's space.</summary>
    Value,

    /// <summary>An attribute does not match its hash.</summary>
    Hash,
}
