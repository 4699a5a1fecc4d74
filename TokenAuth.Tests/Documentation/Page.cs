using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Documentation;

/// <summary>
/// A page of docs/ whose example a test runs. The example is the first fenced block of its language. A comment after
/// commands holds their expected output: <c>...</c> matches anything, and a long number or token matches any other of
/// its kind.
/// </summary>
internal sealed partial class Page
{
    private readonly string[] _steps;
    private readonly string _language;

    private Page(string language, string[] steps) => (_language, _steps) = (language, steps);

    /// <summary>Reads a page of docs/.</summary>
    public static string Text(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Finds a file or folder of docs/.</summary>
    public static string PathOf(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "TokenAuth.sln")))
            root = root.Parent ?? throw new InvalidOperationException("The tests are not within the source tree.");
        return Path.Combine(root.FullName, "docs", path);
    }

    /// <summary>Finds the first fenced block of a language that starts with the given text.</summary>
    public static string Block(string path, string language, string start = "")
    {
        var fence = $"```{language}\n";
        var text = Text(path);
        var begin = text.IndexOf(fence + start, StringComparison.Ordinal);
        Assert.True(begin >= 0, $"{path} has no block of {language} that begins with '{start}'");
        begin += fence.Length;
        return text[begin..(text.IndexOf("\n```", begin, StringComparison.Ordinal) + 1)];
    }

    public static Page Read(string path, string language)
    {
        var text = Text(path);
        var start = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        var block = text[start..text.IndexOf("\n```", start, StringComparison.Ordinal)];
        // A shell example runs step by step, because a person acts between the steps.
        return new Page(language, language == "sh" ? block.Split("\n\n") : [block]);
    }

    /// <summary>Runs the example as a reader would.</summary>
    /// <param name="server">The server that stands for <c>http://localhost:5080</c>.</param>
    /// <param name="variables">The reader's variables; values learned from answers are added.</param>
    /// <param name="learn">The values that the reader takes from each answer.</param>
    /// <param name="person">Performs the person's step.</param>
    /// <returns>The number of answers compared.</returns>
    public async Task<int> PerformAsync(
        Uri server, Dictionary<string, string> variables, (string Name, string Pattern)[]? learn = null,
        Func<Task>? person = null)
    {
        var (prelude, compared) = ("", 0);
        foreach (var step in _steps)
        {
            if (step.StartsWith("sig()", StringComparison.Ordinal))
            {
                prelude = step + "\n";
                continue;
            }

            if (step.StartsWith("# The person", StringComparison.Ordinal))
            {
                await person!();
                continue;
            }

            var lines = step.Split('\n');
            var commands = string.Join('\n', lines.TakeWhile(line => !line.StartsWith('#')));
            var expected = string.Join(
                '\n', lines.SkipWhile(line => !line.StartsWith('#')).Select(line => line.Length > 1 ? line[2..] : ""));
            var output = await RunAsync(
                prelude + commands.Replace(
                    "http://localhost:5080", server.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal),
                variables);
            Assert.Matches(Pattern(expected), output.Trim());
            compared++;
            foreach (var (name, pattern) in learn ?? [])
            {
                if (Regex.Match(output, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match)
                    variables[name] = match.Groups[1].Value;
            }
        }

        return compared;
    }

    private Task<string> RunAsync(string code, Dictionary<string, string> variables) => _language switch
    {
        "python" => Tool.RunAsync(Tool.Need("python3"), ["-c", code], variables),
        "php" => Tool.RunAsync(Tool.Need("php"), ["-r", code], variables),
        _ => Tool.RunAsync(
            Tool.Need("bash"), ["-c", "curl() { command " + Tool.Need("curl") + " -sS \"$@\"; }\n" + code], variables),
    };

    /// <summary>Dots match anything; tokens and times match any of the same kind.</summary>
    private static string Pattern(string expected) => "(?s)^" + Kinds().Replace(
        Regex.Escape(expected).Replace("\\.\\.\\.", ".*?", StringComparison.Ordinal),
        match => match.Groups["digits"].Success ? "[0-9]{5,}" : "[0-9a-f]{5,}") + "$";

    [GeneratedRegex("(?<digits>[0-9]{8,})|[0-9a-f]{8,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Kinds();
}
