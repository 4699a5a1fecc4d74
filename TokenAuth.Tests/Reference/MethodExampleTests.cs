using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Tests.Architecture;

namespace TokenAuth.Tests.Reference;

/// <summary>
/// The examples on the pages of the methods are performed here. With <c>UPDATE_GOLDEN=1</c> this test writes
/// <c>docs/examples</c>; review the changes like any other. What is random has a fixed text of the same length.
/// </summary>
public sealed partial class MethodExampleTests
{
    /// <summary>A longer body is cut, so that the page stays readable.</summary>
    private const int MaxBody = 1200;

    public static TheoryData<string> Names => [.. ExampleCalls.Dialects];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_example_is_answered_as_its_page_says(string dialect)
    {
        await using var calls = await ExampleCalls.StartAsync(dialect);
        var text = new StringBuilder();
        foreach (var page in calls.Dialect.Reference.Pages)
        {
            foreach (var format in calls.Dialect.Reference.Formats)
            {
                // A signature may be used once in a second.
                calls.World.Clock.Advance(TimeSpan.FromSeconds(1));
                var call = await calls.CallAsync(page);
                var answer = await calls.SendAsync(calls.Write(page, format, call));
                var shown = calls.Write(page, format, Masked(page, call)).ToHttp(ExampleCalls.Origin);
                text.Append(MethodExamples.Head).Append(page.Name).Append(' ').Append(format.Name).Append('\n')
                    .Append(Fixed(shown, calls)).Append('\n').Append(MethodExamples.Between).Append('\n')
                    .Append(Fixed(Shown(answer), calls)).Append('\n');
            }
        }

        Compare(Path.Combine(SourceTree.Root.FullName, "docs", "examples", $"{dialect}.txt"), text.ToString());
    }

    [Fact]
    public void Every_page_has_an_example_in_each_format() => Assert.All(
        Program.Dialects.Where(dialect => dialect.Reference is not null),
        dialect => Assert.All(
            dialect.Reference!.Pages,
            page => Assert.All(
                dialect.Reference.Formats,
                format => Assert.NotNull(MethodExamples.Of(dialect.Name, page, format)))));

    private static ClientCall Masked(MethodPage page, ClientCall call)
    {
        var values = new Dictionary<string, string>(call.Values, StringComparer.Ordinal);
        foreach (var parameter in page.Parameters.Where(one => one.Source == ParameterSource.Password))
            values[parameter.Name] = "PASSWORD";
        return call with { Values = values };
    }

    private static string Shown(ClientAnswer answer)
    {
        var type = answer.Headers.FirstOrDefault(header => header.Name == "Content-Type").Value;
        var body = answer.Body.Length <= MaxBody ? answer.Body : answer.Body[..MaxBody] + " [and so on]";
        return $"HTTP/1.1 {answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}\nContent-Type: {type}\n\n"
            + body.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
    }

    /// <summary>Replaces what is random by a text of the same length.</summary>
    private static string Fixed(string text, ExampleCalls calls)
    {
        if (calls.Keys is { } keys)
            text = text.Replace(keys.ApiKey, "0123456789abcdef0123456789abcdef", StringComparison.Ordinal);
        text = Hexadecimal().Replace(text, match => match.Value == "0123456789abcdef0123456789abcdef"
            ? match.Value
            : string.Concat(Enumerable.Repeat("fedcba9876543210", 8))[..match.Length]);
        text = OAuthSignature().Replace(text, "SIGNATURE%3D");
        text = Alphanumeric().Replace(text, match => "0123456789ABCDEFabcdef"[..match.Length]);
        return text.TrimEnd('\n') + "\n";
    }

    private static void Compare(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32,}")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("(?<=oauth_signature=\")[^\"]+")]
    private static partial Regex OAuthSignature();

    [GeneratedRegex("(?<=ws:alice:[0-9]+:)[0-9A-Za-z]{22}|(?<=c0:[0-9]+:[0-9]+:60:)[0-9A-Za-z]{20}")]
    private static partial Regex Alphanumeric();
}
