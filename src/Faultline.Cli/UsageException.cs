// The command line was not understood, in a way that the parser cannot see.

using System;

namespace Faultline.Cli;

/// <summary>A mistake in the arguments.</summary>
/// <param name="message">What.</param>
internal sealed class UsageException(string message) : Exception(message);
