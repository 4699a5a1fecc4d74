using System.Globalization;
using System.Text;
using System.Text.Json;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>How the fields of a body are written.</summary>
internal enum BodyForm
{
    /// <summary>As the type says: fields as a form, and a text as it is.</summary>
    Usual,

    /// <summary>As a form, with bytes that should be escaped left as they are.</summary>
    Unescaped,

    /// <summary>As a form in another character encoding, which the type names.</summary>
    OtherCharset,

    /// <summary>As a form in ISO-8859-1, which the type does not name.</summary>
    Undeclared,

    Multipart,

    /// <summary>In parts, with a boundary that the body does not have.</summary>
    WrongBoundary,

    Json,
}

/// <summary>A request in its parts, while it is written and spoilt.</summary>
internal sealed class FuzzDraft(string door, string verb, string path)
{
    public const string Urlencoded = ClientRequest.Form;

    public string Door => door;

    public string Verb { get; set; } = verb;

    /// <summary>The path, escaped.</summary>
    public string Path { get; set; } = path;

    public List<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>The fields of the body, unless it is a text.</summary>
    public List<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>The body, if it is no form.</summary>
    public byte[]? Text { get; set; }

    public string? Type { get; set; }

    public List<(string Name, string Value)> Headers { get; init; } = [];

    public BodyForm Form { get; set; }

    public Framing Framing { get; set; }

    public bool IsAddressed { get; set; }

    public bool HasPassword { get; set; }

    public static FuzzDraft Of(string door, ClientRequest request)
    {
        var (path, query) = request.Target.Split('?', 2) is [var before, var after]
            ? (before, after)
            : (request.Target, "");
        var isForm = request.ContentType == Urlencoded;
        return new FuzzDraft(door, request.Verb, path)
        {
            Query = Decoded(query),
            Fields = isForm ? Decoded(request.Body) : [],
            Text = isForm || request.ContentType is null ? null : Encoding.UTF8.GetBytes(request.Body),
            Type = request.ContentType,
            Headers = [.. request.Headers],
            IsAddressed = true,
        };
    }

    public FuzzRequest ToRequest(string host, string boundary)
    {
        var body = Text ?? Encode(boundary);
        var target = Query.Count == 0 ? Path : $"{Path}?{Latin1(Pairs(Query, Encoding.UTF8))}";
        List<(string, string)> headers = Headers.Exists(header => header.Name == "Host")
            ? [.. Headers]
            : [("Host", host), .. Headers];
        if (Type is not null)
            headers.Add(("Content-Type", Type));
        return new FuzzRequest(Door, Verb, target, headers, body)
        {
            Framing = Framing,
            IsAddressed = IsAddressed,
            HasPassword = HasPassword,
        };
    }

    private byte[] Encode(string boundary)
    {
        if (Fields.Count == 0 && Form == BodyForm.Usual)
            return [];
        Type ??= Urlencoded;
        switch (Form)
        {
            case BodyForm.Unescaped:
                return Encoding.UTF8.GetBytes(string.Join('&', Fields.Select(field => $"{field.Name}={field.Value}")));
            case BodyForm.OtherCharset:
                Type = $"{Urlencoded}; charset=utf-16";
                return Pairs(Fields, Encoding.Unicode);
            case BodyForm.Undeclared:
                return Pairs(Fields, Encoding.Latin1);
            case BodyForm.Multipart:
                Type = $"multipart/form-data; boundary={boundary}";
                return Encoding.UTF8.GetBytes(Parts(boundary));
            case BodyForm.WrongBoundary:
                Type = "multipart/form-data; boundary=other";
                return Encoding.UTF8.GetBytes(Parts(boundary));
            case BodyForm.Json:
                Type = "application/json";
                return JsonSerializer.SerializeToUtf8Bytes(
                    Fields.DistinctBy(field => field.Name, StringComparer.Ordinal)
                        .ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));
            default:
                return Pairs(Fields, Encoding.UTF8);
        }
    }

    private string Parts(string boundary)
    {
        var parts = new StringBuilder();
        foreach (var (name, value) in Fields)
        {
            parts.Append(
                CultureInfo.InvariantCulture,
                $"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }

        return parts.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n").ToString();
    }

    private static byte[] Pairs(List<(string Name, string Value)> pairs, Encoding encoding) =>
        Encoding.ASCII.GetBytes(string.Join(
            '&', pairs.Select(pair => $"{Escaped(pair.Name, encoding)}={Escaped(pair.Value, encoding)}")));

    private static string Escaped(string text, Encoding encoding)
    {
        var escaped = new StringBuilder();
        foreach (var b in encoding.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'_')
                escaped.Append((char)b);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return escaped.ToString();
    }

    private static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static List<(string Name, string Value)> Decoded(string text)
    {
        var parameters = new List<Parameter>();
        FormDecoder.TryDecode(Encoding.UTF8.GetBytes(text), parameters, Call.MaxParameters);
        return [.. parameters.Select(parameter => (parameter.Name, parameter.Value))];
    }
}
