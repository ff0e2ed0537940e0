// Names of the protections that a test can take away.

namespace Faultline.Base;

/// <summary>A protection that a test can take away.</summary>
public enum Protection
{
    /// <summary>All are on.</summary>
    None,

    /// <summary>See <see cref="Protections.ValidityCookie"/>.</summary>
    ValidityCookie,

    /// <summary>See <see cref="Protections.PartialPageZeroing"/>.</summary>
    PartialPageZeroing,

    /// <summary>See <see cref="Protections.ReservationRollBack"/>.</summary>
    ReservationRollBack,

    /// <summary>See <see cref="Protections.DirectIoDrain"/>.</summary>
    DirectIoDrain,

    /// <summary>See <see cref="Protections.DirectWriteInvalidation"/>.</summary>
    DirectWriteInvalidation,

    /// <summary>See <see cref="Protections.FlushUnderInvalidate"/>.</summary>
    FlushUnderInvalidate,

    /// <summary>See <see cref="Protections.SizeInFill"/>.</summary>
    SizeInFill,

    /// <summary>See <see cref="Protections.RevokeRecords"/>.</summary>
    RevokeRecords,

    /// <summary>See <see cref="Protections.FreedBlocksWait"/>.</summary>
    FreedBlocksWait,
}
