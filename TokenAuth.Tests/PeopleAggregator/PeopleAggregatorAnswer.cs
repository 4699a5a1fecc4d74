using System.Text.Json;
using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>An answer of the server.</summary>
internal sealed class PeopleAggregatorAnswer(HttpResponseMessage response, string body)
    : DialectAnswer(response, body)
{
    /// <summary>The code of a refusal or the number of a fault. Null where the call succeeded.</summary>
    public string? Code =>
        Members().TryGetValue("code", out var code) ? code : Members().GetValueOrDefault("faultCode");

    public bool Succeeded => Members().GetValueOrDefault("success") is "true" or "1";

    public string this[string name] => Members().TryGetValue(name, out var value)
        ? value
        : throw new InvalidOperationException($"no {name} in {Body}");

    public static async Task<PeopleAggregatorAnswer> ReadAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());

    /// <summary>The members of the outermost record, as texts.</summary>
    public IReadOnlyDictionary<string, string> Members()
    {
        if (Body.StartsWith('{'))
        {
            return JsonDocument.Parse(Body).RootElement.EnumerateObject().ToDictionary(
                member => member.Name,
                member => member.Value.ValueKind == JsonValueKind.String
                    ? member.Value.GetString()!
                    : member.Value.GetRawText(),
                StringComparer.Ordinal);
        }

        var root = XDocument.Parse(Body, LoadOptions.PreserveWhitespace).Root!;
        return root.Name.LocalName == "response"
            ? root.Elements().ToDictionary(
                member => member.Name.LocalName, member => member.Value, StringComparer.Ordinal)
            : root.Descendants("struct").First().Elements("member").ToDictionary(
                member => member.Element("name")!.Value, member => member.Element("value")!.Value,
                StringComparer.Ordinal);
    }
}
