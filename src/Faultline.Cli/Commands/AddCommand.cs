// How a command joins the command line.

using System;
using System.CommandLine;

namespace Faultline.Cli.Commands;

/// <summary>Adds a command with what it does.</summary>
/// <param name="command">Name, arguments, options.</param>
/// <param name="action">What it does.</param>
internal delegate void AddCommand(Command command, Func<ParseResult, ExitCode> action);
