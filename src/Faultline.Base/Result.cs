// Outcomes as values. An ignored Result breaks the build (IDE0058).

namespace Faultline.Base;

/// <summary>Success, or an <see cref="FsError"/>. <c>default</c> is success.</summary>
public readonly struct Result
{
    private readonly FsError _error;

    private Result(FsError error) => _error = error;

    /// <summary>Success.</summary>
    public static Result Ok => default;

    /// <summary>Whether it succeeded.</summary>
    public bool IsOk => _error.Reason is null;

    /// <summary>The error; only when it failed.</summary>
    public FsError Error
    {
        get
        {
            Check.That(_error.Reason is not null);
            return _error;
        }
    }

    /// <summary>A success with a value, for the types that have no implicit conversion: interfaces.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The success.</returns>
    public static Result<T> Of<T>(T value) => value;

    /// <summary>A failure.</summary>
    /// <param name="error">What went wrong.</param>
    public static implicit operator Result(FsError error) => new(error);

    /// <summary>A failure.</summary>
    /// <param name="reason">What went wrong.</param>
    public static implicit operator Result(Reason reason) => new(reason);

    /// <summary>Throws <see cref="FsException"/> on failure.</summary>
    public void ThrowIfError()
    {
        if (!IsOk)
        {
            throw new FsException(_error);
        }
    }
}
