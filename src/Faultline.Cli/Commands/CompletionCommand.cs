// faultline completion: scripts that make shells complete commands and options. They ask the program itself, by the
// [suggest] directive, so that they never go out of date.

using System.CommandLine;

namespace Faultline.Cli.Commands;

/// <summary>faultline completion bash|zsh|pwsh</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _faultline() {
            local IFS=$'\n'
            COMPREPLY=( $(compgen -o default -W "$(faultline "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _faultline faultline
        """;

    private const string Zsh = """
        #compdef faultline
        _faultline() {
            local -a answers
            answers=("${(@f)$(faultline "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- $answers
            _files
        }
        compdef _faultline faultline
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName faultline -ScriptBlock {
            param($word, $line, $position)
            faultline "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_)
            }
        }
        """;

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh or pwsh" };
        _ = shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        Command command = new("completion", "Print a completion script for a shell") { shell };
        add(command, parsed =>
        {
            session.Output.Line(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => PowerShell,
            });
            return ExitCode.Done;
        });
    }
}
