using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.MediaPost;

/// <summary>An answer of the server.</summary>
internal sealed partial class Answer(HttpResponseMessage response, string body) : DialectAnswer(response, body)
{
    /// <summary>The error's number, or null where the answer is not an error.</summary>
    public int? Code => ErrorCode().Match(Body) is { Success: true } match ? int.Parse(match.Groups[1].Value) : null;

    /// <summary>The token of createToken.</summary>
    public string Token => Only(TokenText());

    /// <summary>The text between the root's tags, of an XML answer without members.</summary>
    public string Text => Only(RootText());

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());

    private string Only(Regex pattern)
    {
        var match = pattern.Match(Body);
        Assert.True(match.Success, Body);
        return match.Value;
    }

    [GeneratedRegex("^(?:/\\*\\*/[\\w.$]+\\('?)?(?:<\\?xml[^>]*>(?:\\s|\\\\n)*<error_response[^>]*>(?:\\s|"
        + "\\\\n)*<error_code>|\\{\"error_code\":|a:3:\\{s:10:\"error_code\";i:)([0-9]+)")]
    private static partial Regex ErrorCode();

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{38}(?![0-9a-f])")]
    private static partial Regex TokenText();

    [GeneratedRegex("(?<=_response[^>]*>)[^<]*(?=</[a-zA-Z_]+_response>\n$)")]
    private static partial Regex RootText();
}
