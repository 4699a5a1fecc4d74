using System.Text;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>A request as a client sends it, and the ways to show it to a developer.</summary>
/// <param name="Target">The path with the query, escaped.</param>
/// <param name="ContentType">The type of the body; null if there is no body.</param>
internal sealed record ClientRequest(string Verb, string Target, string? ContentType = null, string Body = "")
{
    public const string Form = "application/x-www-form-urlencoded";

    /// <summary>Headers besides Host, Content-Type and Content-Length.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>A request with the parameters in its query.</summary>
    public static ClientRequest Get(string path, IEnumerable<(string Name, string Value)> parameters) =>
        Encoded(parameters) is { Length: > 0 } query ? new("GET", $"{path}?{query}") : new("GET", path);

    /// <summary>A request with the parameters in its body.</summary>
    public static ClientRequest Post(string path, IEnumerable<(string Name, string Value)> parameters) =>
        new("POST", path, Form, Encoded(parameters));

    /// <summary>The request as one command for a shell.</summary>
    public string ToCurl(string origin)
    {
        var command = new StringBuilder("curl ").Append(Quoted(origin + Target));
        foreach (var (name, value) in Headers)
            command.Append(" \\\n  -H ").Append(Quoted($"{name}: {value}"));
        if (ContentType is null)
            return command.ToString();
        if (ContentType != Form)
            command.Append(" \\\n  -H ").Append(Quoted($"Content-Type: {ContentType}"));
        return command.Append(" \\\n  --data-raw ").Append(Quoted(Body)).ToString();
    }

    /// <summary>The request as HTTP/1.1 writes it, with line feeds only.</summary>
    public string ToHttp(string origin)
    {
        var http = new StringBuilder($"{Verb} {Target} HTTP/1.1\n");
        http.Append($"Host: {origin[(origin.IndexOf("://", StringComparison.Ordinal) + 3)..]}\n");
        foreach (var (name, value) in Headers)
            http.Append($"{name}: {value}\n");
        if (ContentType is null)
            return http.ToString();
        return http.Append($"Content-Type: {ContentType}\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\n\n")
            .Append(Body)
            .ToString();
    }

    private static string Encoded(IEnumerable<(string Name, string Value)> parameters) => string.Join(
        '&',
        parameters.Select(
            parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));

    /// <summary>Quotes a word for a POSIX shell.</summary>
    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>The server's answer to a request.</summary>
/// <param name="Body">The body, decoded as UTF-8.</param>
/// <param name="Took">From the first byte of the request to the last one of the answer.</param>
internal sealed record ClientAnswer(
    int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body, TimeSpan Took);
