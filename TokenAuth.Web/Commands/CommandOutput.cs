using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Commands;

/// <summary>Prints results: as one line of JSON with <c>--json</c>, otherwise as text.</summary>
internal static class CommandOutput
{
    public static string Instant(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string? Instant(DateTimeOffset? at) => at is { } known ? Instant(known) : null;

    /// <summary>
    /// Prints a list while it is read, so that memory does not grow with its length. JSON is one object with one array.
    /// </summary>
    /// <param name="name">The name of the array.</param>
    public static async Task PrintListAsync<T>(
        ParseResult parsed, string name, IAsyncEnumerable<T> items, Func<T, object> json, Func<T, string> line)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (!parsed.GetValue(CommandScope.Json))
        {
            await foreach (var item in items)
                await output.WriteLineAsync(Line(line(item)));
            return;
        }

        var separator = "";
        await output.WriteAsync($"{{\"{name}\":[");
        await foreach (var item in items)
        {
            await output.WriteAsync(separator + JsonSerializer.Serialize(json(item)));
            separator = ",";
        }

        await output.WriteLineAsync("]}");
    }

    /// <summary>Prints an object as JSON, or as lines of a name and a value each.</summary>
    public static void PrintFacts(ParseResult parsed, object json, params (string Name, string? Value)[] facts)
    {
        var width = facts.Max(fact => fact.Name.Length);
        CommandScope.Print(
            parsed,
            json,
            string.Join(
                Environment.NewLine,
                facts.Select(fact => Line($"{fact.Name.PadRight(width)}  {fact.Value ?? "-"}"))));
    }

    /// <summary>Replaces control characters, which a terminal would interpret.</summary>
    public static string Line(string text) => OneLine.Of(text).TrimEnd();

    /// <summary>Returns a number with its noun, such as <c>1 session</c> or <c>3 sessions</c>.</summary>
    public static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
