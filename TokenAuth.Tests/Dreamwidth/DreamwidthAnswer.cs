using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>An answer of the server.</summary>
internal sealed class DreamwidthAnswer(HttpResponseMessage response, string body) : DialectAnswer(response, body)
{
    private XElement? Struct => IsXml ? XElement.Parse(Body).Descendants("struct").FirstOrDefault() : null;

    private bool IsXml => Body.StartsWith("<?xml", StringComparison.Ordinal);

    /// <summary>The fault's code, or the error's text in the flat protocol. Null where the call succeeded.</summary>
    public string? Code =>
        !IsXml ? this["errmsg"] : Body.Contains("<fault>", StringComparison.Ordinal) ? this["faultCode"] : null;

    /// <summary>The fault's text.</summary>
    public string? Message => IsXml ? this["faultString"] : this["errmsg"];

    /// <summary>The pairs of a flat answer.</summary>
    public IReadOnlyList<(string Name, string Value)> Pairs =>
        [.. Body.Split('\n').Chunk(2).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1]))];

    /// <summary>A member's text, or null if there is no such member.</summary>
    public string? this[string name] => IsXml
        ? Struct?.Elements("member").Where(member => member.Element("name")?.Value == name)
            .Select(member => member.Element("value")?.Value).SingleOrDefault()
        : Pairs.Where(pair => pair.Name == name).Select(pair => pair.Value).SingleOrDefault();

    public static async Task<DreamwidthAnswer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());
}
