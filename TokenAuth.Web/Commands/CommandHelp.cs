using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TokenAuth.Commands;

/// <summary>Adds an example to the help of each command, and the commit to <c>--version</c>.</summary>
internal static class CommandHelp
{
    /// <summary>The command under which the program is installed.</summary>
    public const string Program = "tokenauth";

    private static readonly ConditionalWeakTable<Command, string> Examples = [];

    /// <summary>The version, such as <c>0.1.0</c>, and the commit that it was built from, if known.</summary>
    public static string Version { get; } = VersionOf(
        typeof(CommandHelp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    /// <summary>Gives the command an example, which its help shows.</summary>
    public static Command WithExample(this Command command, string example)
    {
        Examples.Add(command, example);
        return command;
    }

    public static string? ExampleOf(Command command) =>
        Examples.TryGetValue(command, out var example) ? example : null;

    /// <summary>Replaces the library's help and version of the root command.</summary>
    public static void Extend(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        root.Options.Remove(help);
        root.Options.Add(new HelpOption("--help", "-h", "-?")
        {
            Description = "Show help.",
            Action = new HelpWithExample((HelpAction)help.Action!),
        });
        var version = root.Options.OfType<VersionOption>().Single();
        (version.Description, version.Action) = ("Show the version.", new PrintVersion());
    }

    /// <summary>Separates the version from the commit, which the SDK appends after a plus.</summary>
    public static string VersionOf(string informational) => informational.Split('+', 2) is [var version, var commit]
        ? $"{version} (commit {commit[..Math.Min(12, commit.Length)]})"
        : informational;

    private sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // The library names the assembly and unnamed arguments, and cannot be told other words.
            var invocation = parseResult.InvocationConfiguration;
            var output = invocation.Output;
            var text = new StringBuilder();
            invocation.Output = new StringWriter(text, CultureInfo.InvariantCulture);
            help.Invoke(parseResult);
            invocation.Output = output;
            output.Write(text
                .Replace(RootCommand.ExecutableName, Program)
                .Replace("[[--] <additional arguments>...]]", "[--NAME VALUE]...")
                .Replace("Additional Arguments:", "Configuration:")
                .Replace(
                    "Arguments passed to the application that is being run.",
                    "--NAME VALUE    Any option, such as --TokenAuth:Maintenance true.")
                .ToString());
            if (ExampleOf(parseResult.CommandResult.Command) is { } example)
            {
                output.WriteLine("Example:");
                output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return 0;
        }
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"TokenAuth {Version}");
            return 0;
        }
    }
}
