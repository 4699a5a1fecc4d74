using System.Net;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>An answer of the server, in some dialect.</summary>
internal abstract class DialectAnswer(HttpResponseMessage response, string body)
{
    public HttpStatusCode Status { get; } = response.StatusCode;

    public string StatusLine { get; } = $"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}";

    public IReadOnlyDictionary<string, string> Headers { get; } =
        response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);

    public string ContentType => Head("Content-Type") ?? "";

    public string CacheControl => Head("Cache-Control") ?? "";

    public string Body => body;

    public string? Head(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The whole answer as a golden file holds it.</summary>
    /// <param name="mask">Replaces random values by placeholders of the same length.</param>
    public string Golden(Func<string, string> mask) =>
        $"""
        {StatusLine}
        Content-Type: {ContentType}
        Cache-Control: {CacheControl}

        {mask(Body)}

        """;
}
