using System.Text.Json;
using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Ipernity;

/// <summary>An answer of the server.</summary>
internal sealed partial class IpernityAnswer(HttpResponseMessage response, string body)
    : DialectAnswer(response, body)
{
    /// <summary>The error's number in any of the five forms, or null where the answer is not an error.</summary>
    public int? Code =>
        ErrorCode().Match(Body) is { Success: true } match ? int.Parse(match.Groups["code"].Value) : null;

    /// <summary>The error's message, of an answer in JSON.</summary>
    public string Message => Text("api", "message");

    public static async Task<IpernityAnswer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());

    /// <summary>A text of an answer in JSON, found by the names of the members that lead to it.</summary>
    public string Text(params string[] path)
    {
        var element = JsonDocument.Parse(Body).RootElement;
        foreach (var name in path)
        {
            Assert.True(element.TryGetProperty(name, out var inner), Body);
            element = inner;
        }

        return element.GetString()!;
    }

    /// <summary>
    /// The granted permissions as <c>doc=write,...</c> in the answer's order, of an answer in JSON to getToken or
    /// checkToken.
    /// </summary>
    public string Permissions(string spelling = "permissions") => string.Join(
        ',', JsonDocument.Parse(Body).RootElement.GetProperty("auth").GetProperty(spelling).EnumerateObject().Select(
            area => $"{area.Name}={area.Value.GetString()}"));

    [GeneratedRegex(
        """(^\{"api":\{"status":"error".*"code":"|"""
            + """^<\?xml[^>]*>\n<api status="error"[^>]*\scode="|"""
            + """^a:1:\{s:3:"api";a:4:\{.*s:4:"code";s:\d+:"|"""
            + """<faultcode>ipernity\.error\.|<name>faultCode</name><value><int>)(?<code>\d+)""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorCode();
}
