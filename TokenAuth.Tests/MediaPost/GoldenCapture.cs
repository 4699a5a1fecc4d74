using System.Text;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// One outcome in every format, at both endpoints and in the given spellings, as one text that holds each whole answer.
/// Random values are replaced by placeholders of the same length, so that the captures are always the same.
/// </summary>
internal static partial class GoldenCapture
{
    private static readonly (string, string) Callback = ("callback", "app.done");

    private static readonly string[] Endpoints = ["/api.php", "/restserver.php"];

    /// <param name="world">The server that is called.</param>
    /// <param name="styles">The spellings that have this outcome.</param>
    /// <param name="prepare">
    /// Builds the call without its format. It runs anew for each capture, since most calls work once.
    /// </param>
    /// <param name="format">Requested instead of the known formats.</param>
    public static async Task<string> TakeAsync(
        MediaPostWorld world, Style[] styles, Func<Task<MediaPostCall>> prepare, string? format = null)
    {
        var text = new StringBuilder();
        var captures =
            from style in styles
            from form in format is null
                ? Formats(style)
                : [(format, [("format", format)]), ($"{format} with callback", [("format", format), Callback])]
            from endpoint in Endpoints
            select (style, form.Name, form.Parameters, endpoint);
        foreach (var (style, name, parameters, endpoint) in captures)
        {
            var call = Spelled(await prepare(), style, endpoint).With(parameters);
            var answer = await world.Client.AskAsync(call);
            text.Append($"==== {style.ToString().ToLowerInvariant()}, {name}, {endpoint}\n")
                .Append(answer.Golden(body => Masked(call.Application.ApiKey, body)))
                .Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(string Name, (string, string)[] Parameters)> Formats(Style style)
    {
        yield return ("xml", []);
        yield return ("json", [("format", style == Style.Seed ? "JSON" : "json")]);
        if (style == Style.Native)
            yield return ("php_serial", [("format", "php_serial")]);
        yield return ("xml with callback", [("format", "xml"), Callback]);
        yield return ("json with callback", [("format", "json"), Callback]);
    }

    /// <summary>The stock clients of each endpoint use their own method prefix.</summary>
    private static MediaPostCall Spelled(MediaPostCall call, Style style, string endpoint) => call with
    {
        Style = style,
        Path = endpoint,
        Method = call.Method is null
            ? null
            : (endpoint == "/restserver.php" ? "facebook." : style == Style.Seed ? "Up." : "up.") + call.Method,
    };

    private static string Masked(string apiKey, string body)
    {
        if (apiKey.Any(digit => digit != '0'))
            body = body.Replace(apiKey, Filled("API-KEY", 32), StringComparison.Ordinal);
        body = Shortened().Replace(body, match => match.Groups["name"].Value[..3].ToUpperInvariant() + ".");
        body = SessionKey().Replace(body, Filled("SESSION-KEY", 32));
        body = PromotedSecret().Replace(body, Filled("PROMOTED-SECRET", 32));
        body = SessionSecret().Replace(body, Filled("SESSION-SECRET", 32));
        body = Token().Replace(body, Filled("AUTH-TOKEN", 38));
        return Port().Replace(body, "PORT.");
    }

    private static string Filled(string name, int length) => name.PadRight(length, '.');

    /// <summary>A confidential value as errors show it: four digits and three dots.</summary>
    [GeneratedRegex(
        "(?<=\\b(?<name>sig|apiSig|session_key|auth_token)\\b.{1,60}?)(?<![0-9a-f])[0-9a-f]{4}(?=\\.\\.\\.)",
        RegexOptions.Singleline)]
    private static partial Regex Shortened();

    [GeneratedRegex("(?<=session_key\\W{1,5}(s:32:\\W{1,2})?)[0-9a-f]{32}")]
    private static partial Regex SessionKey();

    [GeneratedRegex("(?<=secret\\W{1,5}(s:32:\\W{1,2})?)[0-9a-f]{32}")]
    private static partial Regex SessionSecret();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?=__)")]
    private static partial Regex PromotedSecret();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{38}(?![0-9a-f])")]
    private static partial Regex Token();

    [GeneratedRegex("(?<=https://127\\.0\\.0\\.1:)[0-9]{5}")]
    private static partial Regex Port();
}
