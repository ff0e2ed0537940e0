// Numbers about a validator.

namespace Faultline.Locking.Validation;

/// <summary>What a validator has seen so far.</summary>
/// <param name="ClassCount">Lock classes (keys with their subclasses).</param>
/// <param name="EdgeCount">Dependencies, counted by class and mode.</param>
/// <param name="ChainCount">Distinct chains of held locks.</param>
/// <param name="AcquisitionCount">Acquisitions checked.</param>
/// <param name="ChainHitCount">Acquisitions whose chain was known.</param>
/// <param name="ReportCount">Distinct reports.</param>
public sealed record LockStatistics(
    int ClassCount,
    int EdgeCount,
    int ChainCount,
    long AcquisitionCount,
    long ChainHitCount,
    int ReportCount);
