using System.CommandLine;
using TokenAuth.Commands;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands;

/// <summary>What a person at a terminal is told: help, examples, completion, the version.</summary>
public sealed class CommandHelpTests
{
    public static TheoryData<string> Names => [.. Leaves().Select(leaf => leaf.Path)];

    [Fact]
    public void There_are_many_commands() => Assert.True(Leaves().Count() >= 25);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_help_of_each_command_has_an_example_that_is_right(string path)
    {
        var help = (await CommandRun.OnAsync([.. path.Split(' '), "--help"])).Succeeded().Output;

        Assert.Contains($"Usage:\n  tokenauth {path}", help, StringComparison.Ordinal);
        var example = help[(help.IndexOf("Example:\n", StringComparison.Ordinal) + "Example:\n".Length)..].Trim();
        Assert.StartsWith($"tokenauth {path}", example, StringComparison.Ordinal);

        // Without the redirection, which is the shell's.
        var command = example["tokenauth ".Length..].Split(" < ")[0].Split(" > ")[0];
        var parsed = CommandLine.Create([]).Parse(command);
        Assert.Empty(parsed.Errors);
        Assert.Equal(path.Split(' ')[^1], parsed.CommandResult.Command.Name);
        Assert.True(parsed.UnmatchedTokens.Count == 0 || path is "serve" or "config check");
    }

    [Theory]
    [InlineData("", "account app audit")]
    [InlineData("account ", "add admin delete email")]
    [InlineData("account rev", "")]
    [InlineData("account state alice sus", "suspended")]
    [InlineData("session list --dialect ", "browser dreamwidth ipernity")]
    [InlineData(
        "app set k --clear ",
        "allow audience callback exchange-from home-page namespace owner quota redirect sector sign-out-redirect")]
    public async Task A_shell_gets_the_words_that_fit(string typed, string words)
    {
        var suggested = await CommandRun.OnAsync($"[suggest:{typed.Length}]", typed);

        Assert.Contains(
            words,
            string.Join(' ', suggested.Succeeded().Output.Split('\n').Where(word => !word.StartsWith('-'))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task The_completion_of_each_shell_asks_the_program(string shell)
    {
        var script = (await CommandRun.OnAsync("completion", shell)).Succeeded().Output;

        Assert.Contains("[suggest:$", script, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", script, StringComparison.Ordinal);
        if (shell == "bash")
            await Tool.RunAsync(Tool.Need("bash"), ["-n", "-c", script]);
    }

    [Fact]
    public async Task Completion_of_another_shell_is_wrong_usage() =>
        (await CommandRun.OnAsync("completion", "powershell")).Failed(2, "powershell");

    [Fact]
    public async Task The_version_is_one_line() =>
        Assert.Matches(
            @"^TokenAuth \d+\.\d+\.\d+\S*( \(commit [0-9a-f]{12}\))?\n$",
            (await CommandRun.OnAsync("--version")).Succeeded().Output);

    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("1.2.3-beta.1+0123456789abcdef0123", "1.2.3-beta.1 (commit 0123456789ab)")]
    [InlineData("1.2.3+abc", "1.2.3 (commit abc)")]
    public void The_commit_follows_the_version(string informational, string version) =>
        Assert.Equal(version, CommandHelp.VersionOf(informational));

    private static IEnumerable<(string Path, Command Command)> Leaves() => Leaves(CommandLine.Create([]), "");

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path.Trim(), command)]
            : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}"));
}
