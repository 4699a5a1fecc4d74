using System.CommandLine;

namespace TokenAuth.Commands;

/// <summary>
/// <c>completion</c>: prints a script that completes commands and options in a shell. The script asks the program
/// itself, through the library's directive <c>[suggest]</c>, so it fits every version.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash =
        $$"""
        # Completion of {{CommandHelp.Program}} for bash.
        _{{CommandHelp.Program}}() {
            local typed="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
            typed="${typed#*"${COMP_WORDS[0]}"}"
            typed="${typed# }"
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#typed}]" "$typed" 2> /dev/null)" -- "$word"))
        }
        complete -o default -F _{{CommandHelp.Program}} {{CommandHelp.Program}}
        """;

    private const string Zsh =
        $$"""
        #compdef {{CommandHelp.Program}}
        # Completion of {{CommandHelp.Program}} for zsh.
        _{{CommandHelp.Program}}() {
            local typed="${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#typed}]" "$typed" 2> /dev/null)}")
            compadd -- "${(@)found:#}"
        }
        compdef _{{CommandHelp.Program}} {{CommandHelp.Program}}
        """;

    private const string Fish =
        $$"""
        # Completion of {{CommandHelp.Program}} for fish.
        function __{{CommandHelp.Program}}_complete
            set -l typed (commandline -cp | string replace -r '^\s*\S+\s?' '')
            set -l place (string length -- "$typed")
            {{CommandHelp.Program}} "[suggest:$place]" "$typed" 2> /dev/null
        end
        complete -c {{CommandHelp.Program}} -f -a '(__{{CommandHelp.Program}}_complete)'
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
