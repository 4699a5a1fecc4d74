using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TokenAuth.Kernel.Calls.Methods;

namespace TokenAuth.Reference;

/// <summary>A call that was made for trial, as the page shows it.</summary>
/// <param name="Shown">The request, with stars in place of the password.</param>
internal sealed record Trial(ClientRequest Shown, string Origin, ClientAnswer Answer)
{
    /// <summary>A longer body is cut.</summary>
    private const int MaxBody = 16 * 1024;

    public string Url => Origin + Shown.Target;

    public string Curl => Shown.ToCurl(Origin);

    public string Http => Shown.ToHttp(Origin);

    /// <summary>The status and the headers of the answer.</summary>
    public string Headers => string.Join(
        '\n', Answer.Headers.Select(header => $"{header.Name}: {header.Value}").Prepend($"{Answer.Status}"));

    /// <summary>The body with line breaks and indents, if it is JSON or XML.</summary>
    public string Body
    {
        get
        {
            var body = Answer.Body;
            var formatted = body.StartsWith('<') ? Xml(body)
                : body.StartsWith('{') || body.StartsWith('[') ? Json(body)
                : body;
            return formatted.Length <= MaxBody ? formatted : formatted[..MaxBody] + "\n[and so on]";
        }
    }

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Json(string body)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body), Indented);
        }
        catch (JsonException)
        {
            return body;
        }
    }

    /// <summary>Begins a line where an element follows another.</summary>
    private static string Xml(string body)
    {
        var lines = new StringBuilder();
        var depth = 0;
        foreach (var line in body.Replace(">\n", ">", StringComparison.Ordinal)
            .Replace("><", ">\n<", StringComparison.Ordinal).Split('\n'))
        {
            if (line.StartsWith("</", StringComparison.Ordinal))
                depth--;
            lines.Append(' ', 2 * Math.Clamp(depth, 0, 20)).Append(line.TrimStart()).Append('\n');
            if (line.StartsWith('<') && line is not ['<', '/' or '?' or '!', ..]
                && !line.EndsWith("/>", StringComparison.Ordinal) && !line.Contains("</", StringComparison.Ordinal))
            {
                depth++;
            }
        }

        return lines.ToString().TrimEnd();
    }
}
