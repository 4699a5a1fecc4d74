using System.Globalization;
using System.Text;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

// docs/dialects/peopleaggregator.md, "Errors": the status is 200, except for a compressed body.
/// <summary>
/// Writes an answer in one of the three formats, byte for byte as the original's acceptance test expects.
/// </summary>
internal static class PeopleAggregatorResult
{
    private const string Declaration = "<?xml version=\"1.0\"?>\n";

    public static Outcome<IResult> Answer(AnswerFormat format, Value.Record members, string xmlRpcType)
    {
        var all = new Value.Record([("success", true), .. members.Members]);
        return format == AnswerFormat.XmlRpc ? XmlRpc(all, xmlRpcType) : Text(format, all);
    }

    public static IResult Refusal(AnswerFormat format, Fault fault, string xmlRpcType)
    {
        if (format == AnswerFormat.XmlRpc && PeopleAggregatorFaults.TransportCode(fault) is { } number)
        {
            var words = number switch
            {
                -32700 => "parse error. not well formed",
                -32300 => "transport error. compressed, send it without Content-Encoding",
                _ => "server error. invalid xml-rpc",
            };
            return XmlRpcResult.Fault(xmlRpcType, number, words, Declaration);
        }

        var (code, message) = PeopleAggregatorFaults.Of(fault);
        var members = new Value.Record(("success", false), ("code", code), ("msg", message));
        return format == AnswerFormat.XmlRpc ? XmlRpc(members, xmlRpcType) : Text(format, members);
    }

    private static XmlRpcResult XmlRpc(Value.Record members, string contentType) =>
        XmlRpcResult.Answer(contentType, WithLists(members), Declaration);

    private static TextResult Text(AnswerFormat format, Value.Record members) => format == AnswerFormat.Json
        ? new("application/x-javascript; charset=UTF-8", Json(new StringBuilder(), members).ToString())
        : new("application/xml", Declaration + XmlFormat.Compact(
        [
            ("response", new Value.Record(
            [
                ("xmlns", new Value.Attribute("http://peopleaggregator.com/api/xmlns#")),
                .. ((Value.Record)InWords(members)).Members,
            ])),
        ]));

    /// <summary>Replaces empty records by lists for XML-RPC, as in JSON: PHP's empty array is a list.</summary>
    private static Value WithLists(Value value) => value switch
    {
        Value.Record { Members.Count: 0 } => new Value.Repeated(),
        Value.Record(var members) => new Value.Record(
            [.. members.Select(member => (member.Name, WithLists(member.Content)))]),
        _ => value,
    };

    /// <summary>Replaces flags by the words <c>true</c> and <c>false</c> for XML.</summary>
    private static Value InWords(Value value) => value switch
    {
        Value.Flag(var flag) => flag ? "true" : "false",
        Value.Record(var members) => new Value.Record(
            [.. members.Select(member => (member.Name, InWords(member.Content)))]),
        _ => value,
    };

    /// <summary>
    /// Writes JSON as the original does: slashes are escaped, non-ASCII characters are <c>\uXXXX</c>, and an empty
    /// record is a list.
    /// </summary>
    private static StringBuilder Json(StringBuilder json, Value value)
    {
        switch (value)
        {
            case Value.Text(var text):
                return Quoted(json, text);
            case Value.Number(var number):
                return json.Append(number);
            case Value.Flag(var flag):
                return json.Append(flag ? "true" : "false");
            case Value.Record { Members: { Count: > 0 } members }:
                var separator = '{';
                foreach (var (name, content) in members)
                {
                    Json(Quoted(json.Append(separator), name).Append(':'), content);
                    separator = ',';
                }

                return json.Append('}');
            default:
                return json.Append("[]");
        }
    }

    private static StringBuilder Quoted(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            var escaped = "\"\\/\b\t\n\f\r".IndexOf(c, StringComparison.Ordinal);
            if (escaped >= 0)
                json.Append('\\').Append("\"\\/btnfr"[escaped]);
            else if (c > '~')
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else if (c >= ' ')
                json.Append(c);
        }

        return json.Append('"');
    }
}
