using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

// docs/dialects/ipernity.md, "Errors": the status is 200, except where noted.
/// <summary>Writes an answer or an error in one of the formats.</summary>
internal static class IpernityResult
{
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

    /// <summary>
    /// Writes an answer. The payload precedes <c>api</c> because some clients find it by its position.
    /// </summary>
    public static Outcome<IResult> Answer(
        AnswerFormat format, Value.Record payload, DateTimeOffset at) => format switch
        {
            AnswerFormat.Json => new TextResult(
                TypeOf(format), JsonFormat.WriteBytes(new Value.Record([.. payload.Members, ("api", Ok(at))]))),
            AnswerFormat.XmlRpc => XmlRpcResult.Answer(TypeOf(format), XmlFormat.Compact(payload.Members)),
            _ => new TextResult(TypeOf(format), Text(format, payload, at)),
        };

    private static string Text(
        AnswerFormat format, Value.Record payload, DateTimeOffset at) => format switch
        {
            AnswerFormat.Php => PhpFormat.Write(new Value.Record([.. payload.Members, ("api", Ok(at))])),
            AnswerFormat.Xml =>
                Declaration + XmlFormat.Compact([("api", new Value.Record([.. Ok(at).Members, .. payload.Members]))]),
            _ => SoapEnvelope.Response(XmlFormat.Compact(payload.Members), format == AnswerFormat.Soap11),
        };

    public static IResult Error(AnswerFormat format, int code, string message, DateTimeOffset at, int? status)
    {
        if (format == AnswerFormat.XmlRpc)
            return XmlRpcResult.Fault(TypeOf(format), code, message);
        var api = new Value.Record(
            ("status", new Value.Attribute("error")),
            ("at", At(at)),
            ("code", new Value.Attribute(code.ToString())),
            ("message", new Value.Attribute(message)));
        return new TextResult(TypeOf(format), format switch
        {
            AnswerFormat.Json => JsonFormat.Write(new Value.Record(("api", api))),
            AnswerFormat.Php => PhpFormat.Write(new Value.Record(("api", api))),
            AnswerFormat.Xml => Declaration + XmlFormat.Compact([("api", api)]),
            _ => SoapEnvelope.Fault(code, message, format == AnswerFormat.Soap11),
        }, status);
    }

    private static Value.Record Ok(DateTimeOffset at) => new(("status", new Value.Attribute("ok")), ("at", At(at)));

    private static Value.Attribute At(DateTimeOffset at) => new(at.ToUnixTimeSeconds().ToString());

    private static string TypeOf(AnswerFormat format) => format switch
    {
        AnswerFormat.Json => "application/json; charset=utf-8",
        AnswerFormat.Php => "text/plain; charset=utf-8",
        _ => "text/xml; charset=utf-8",
    };
}
