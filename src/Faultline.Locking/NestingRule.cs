// What a class says about holding two of its locks at once.

namespace Faultline.Locking;

/// <summary>Whether and how one task may hold two locks of one class.</summary>
public enum NestingRule
{
    /// <summary>Never, unless under a nest lock (<see cref="Lockdep.NestUnder"/>).</summary>
    Single,

    /// <summary>With distinct subclasses, in an order that the subclasses stand for.</summary>
    Subclass,

    /// <summary>With distinct subclasses and, where both have one, ascending instance
    /// order.</summary>
    SubclassAscending,

    /// <summary>Any number, in strictly ascending instance order.</summary>
    Ascending,
}
