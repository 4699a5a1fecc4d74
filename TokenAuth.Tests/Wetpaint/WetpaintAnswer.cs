using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>An answer of the server.</summary>
internal sealed class WetpaintAnswer(HttpResponseMessage response, string body) : DialectAnswer(response, body)
{
    private XElement Root => XDocument.Parse(Body).Root!;

    /// <summary>Null where the call succeeded.</summary>
    public string? Cause => Root.Element("failure")?.Element("cause")?.Value;

    public string[] Messages =>
        [.. Root.Element("failure")?.Element("messages")?.Elements("message").Select(message => message.Value) ?? []];

    public string Ticket => Root.Element("ticket")?.Value ?? throw new InvalidOperationException(Body);

    /// <summary>The role of the user that changeRole returns.</summary>
    public string? Role => Root.Element("user")?.Element("role")?.Value;

    public static async Task<WetpaintAnswer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());
}
