using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TokenAuth.Commands;

/// <summary>Adds an example to the help of each command, and the commit to <c>--version</c>.</summary>
internal static class CommandHelp
{
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
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help)
                help.Action = new HelpWithExample(action);
            else if (option is VersionOption version)
                version.Action = new PrintVersion();
        }
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
            var status = help.Invoke(parseResult);
            if (ExampleOf(parseResult.CommandResult.Command) is { } example)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Example:");
                output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return status;
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
