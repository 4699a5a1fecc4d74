using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.MediaPost;

// docs/dialects/mediapost.md, "Errors": the status is 200, except for a compressed body.
/// <summary>An answer or an error in the requested format.</summary>
internal sealed class MediaPostResult(
    AnswerFormat format,
    string? callback,
    string root,
    IReadOnlyList<(string, string)> namespaces,
    Value value,
    string indent) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => new TextResult(ContentType, Text()).ExecuteAsync(httpContext);

    private string ContentType => (callback, format) switch
    {
        (not null, _) => "text/javascript",
        (_, AnswerFormat.Json) => "application/json",
        (_, AnswerFormat.Php) => "text/plain",
        _ => "text/xml",
    };

    private string Text()
    {
        var text = format switch
        {
            AnswerFormat.Json => JsonFormat.Write(value),
            AnswerFormat.Php => PhpFormat.Write(value),
            _ => XmlFormat.Write(root, namespaces, value, indent),
        };

        // docs/dialects/mediapost.md, "A handshake": /**/ keeps the caller from choosing the first bytes of the answer,
        // which a browser plug-in might execute.
        return callback is null ? text
            : format == AnswerFormat.Json ? $"/**/{callback}({text});"
            : $"/**/{callback}('{InScript(text)}');";
    }

    /// <summary>Escapes a text for a script string: PHP's addslashes, and line ends spelled out.</summary>
    private static string InScript(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\0", "\\0", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
        .Replace("\u2029", "\\u2029", StringComparison.Ordinal);
}
