// Kinds of events of a trace.

namespace Faultline.Lab.Crash;

/// <summary>What happened to a device.</summary>
public enum TraceKind
{
    /// <summary>Bytes were written.</summary>
    Write,

    /// <summary>A range became zeros.</summary>
    Zeroes,

    /// <summary>A range was given back: afterwards it may hold anything.</summary>
    Discard,

    /// <summary>Everything written to the device before is durable.</summary>
    Flush,
}
