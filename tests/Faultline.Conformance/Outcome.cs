// What a call answered.

using Faultline.Abi;

namespace Faultline.Conformance;

/// <summary>A value or an errno.</summary>
/// <param name="Value">The value; nothing of meaning after a failure.</param>
/// <param name="Errno">OK or why it failed.</param>
public readonly record struct Outcome<T>(T Value, Errno Errno)
{
    public static implicit operator Outcome<T>(T value) => new(value, Errno.OK);

    public static implicit operator Outcome<T>(Errno errno) => new(default!, errno);
}
