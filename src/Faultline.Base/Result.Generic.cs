// A value or an error.

using System.Diagnostics.CodeAnalysis;

namespace Faultline.Base;

/// <summary>A value, or an <see cref="FsError"/>.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly struct Result<T>
{
    private readonly T _value;
    private readonly FsError _error;

    private Result(T value, FsError error)
    {
        _value = value;
        _error = error;
    }

    /// <summary>Whether there is a value.</summary>
    public bool IsOk => _error.Reason is null;

    /// <summary>The value; only when <see cref="IsOk"/>.</summary>
    public T Value
    {
        get
        {
            Check.That(_error.Reason is null);
            return _value;
        }
    }

    /// <summary>The error; only when not <see cref="IsOk"/>.</summary>
    public FsError Error
    {
        get
        {
            Check.That(_error.Reason is not null);
            return _error;
        }
    }

    /// <summary>A success.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Result<T>(T value) => new(value, default);

    /// <summary>A failure.</summary>
    /// <param name="error">What went wrong.</param>
    public static implicit operator Result<T>(FsError error) => new(default!, error);

    /// <summary>A failure.</summary>
    /// <param name="reason">What went wrong.</param>
    public static implicit operator Result<T>(Reason reason) => new(default!, reason);

    /// <summary>The value, or the error.</summary>
    /// <param name="value">The value when the answer is true.</param>
    /// <param name="error">The error when the answer is false.</param>
    /// <returns>Whether there is a value.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T value, out FsError error)
    {
        value = _value;
        error = _error;
        return _error.Reason is null;
    }

    /// <summary>The value, or an <see cref="FsException"/>.</summary>
    /// <returns>The value.</returns>
    public T OrThrow() => IsOk ? _value : throw new FsException(_error);
}
