using System.CommandLine;

namespace TokenAuth.Commands;

/// <summary>
/// <c>completion</c>: prints a script that completes commands and options in a shell. The script asks the program
/// itself, through the library's directive <c>[suggest]</c>, so it fits every version.
/// </summary>
internal static class CompletionCommand
{
    /// <summary>The command under which the program is installed.</summary>
    private const string Program = "tokenauth";

    private const string Bash =
        $$"""
        # Completion of {{Program}} for bash.
        _{{Program}}() {
            local typed="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
            typed="${typed#*"${COMP_WORDS[0]}"}"
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" '[suggest]' "${typed# }" 2> /dev/null)" -- "$word"))
        }
        complete -o default -F _{{Program}} {{Program}}
        """;

    private const string Zsh =
        $$"""
        #compdef {{Program}}
        # Completion of {{Program}} for zsh.
        _{{Program}}() {
            local -a found
            found=("${(@f)$("${words[1]}" '[suggest]' "${(j: :)words[2,CURRENT]}" 2> /dev/null)}")
            compadd -- "${(@)found:#}"
        }
        compdef _{{Program}} {{Program}}
        """;

    private const string Fish =
        $$"""
        # Completion of {{Program}} for fish.
        function __{{Program}}_complete
            set -l typed (commandline -cp | string replace -r '^\s*\S+\s?' '')
            {{Program}} '[suggest]' "$typed" 2> /dev/null
        end
        complete -c {{Program}} -f -a '(__{{Program}}_complete)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." }
            .AcceptOnlyFromAmong("bash", "zsh", "fish");
        var completion = new Command("completion", "Prints a script that completes commands in a shell.") { shell }
            .WithExample("tokenauth completion bash > /etc/bash_completion.d/tokenauth");
        completion.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return 0;
        });
        return completion;
    }
}
