using System.Net;
using System.Xml.Linq;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>An answer of the server.</summary>
internal sealed record WetpaintAnswer(
    HttpStatusCode Status, string StatusLine, string ContentType, string CacheControl, string Body)
{
    private XElement Root => XDocument.Parse(Body).Root!;

    /// <summary>Null where the call succeeded.</summary>
    public string? Cause => Root.Element("failure")?.Element("cause")?.Value;

    public string[] Messages =>
        [.. Root.Element("failure")?.Element("messages")?.Elements("message").Select(message => message.Value) ?? []];

    public string Ticket => Root.Element("ticket")?.Value ?? throw new InvalidOperationException(Body);

    /// <summary>The role of the user that changeRole returns.</summary>
    public string? Role => Root.Element("user")?.Element("role")?.Value;

    public static async Task<WetpaintAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        $"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}",
        response.Content.Headers.TryGetValues("Content-Type", out var type) ? string.Join(", ", type) : "",
        response.Headers.TryGetValues("Cache-Control", out var control) ? string.Join(", ", control) : "",
        await response.Content.ReadAsStringAsync());
}
