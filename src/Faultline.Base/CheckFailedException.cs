// What a failed Check throws under test.

using System;

namespace Faultline.Base;

/// <summary>A broken invariant: a bug of Faultline. Thrown only when the switch
/// <c>Faultline.CheckThrows</c> is set.</summary>
/// <param name="message">The expression and the place.</param>
public sealed class CheckFailedException(string message) : Exception(message);
