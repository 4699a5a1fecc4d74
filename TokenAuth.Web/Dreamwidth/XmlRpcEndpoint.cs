using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Dreamwidth;

/// <summary><c>/interface/xmlrpc</c>: the methods <c>LJ.XMLRPC.*</c>.</summary>
internal sealed class DreamwidthXmlRpc(DreamwidthMethods methods) : IXmlRpcDialect
{
    public IReadOnlyList<XmlRpcMethod> Methods { get; } =
        [.. DreamwidthMethods.All.Select(name => new XmlRpcMethod(XmlRpcEndpoint.Prefix + name, "struct", "struct"))];

    public bool IsFallback => true;

    public IDialectEndpoint EndpointFor(HttpRequest request, Outcome<XmlRpcRequest> read) =>
        new XmlRpcEndpoint(read, methods);
}

// docs/dialects/dreamwidth.md, "Errors": faults have status 200, except for a compressed body.
/// <summary>Answers one XML-RPC call.</summary>
internal sealed class XmlRpcEndpoint(Outcome<XmlRpcRequest> read, DreamwidthMethods methods) : IDialectEndpoint
{
    public const string Prefix = "LJ.XMLRPC.";

    private const string ContentType = "text/xml";

    public string Dialect => DreamwidthFeature.Dialect;

    public bool ReadsBody => true;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        if (!Read(call).Succeeded(out var request, out var fault))
            return fault;
        var answer = await methods.RunAsync(request, cancellation);
        return answer.Succeeded(out var members, out fault) ? XmlRpcResult.Answer(ContentType, members) : fault;
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (code, message) = DreamwidthFaults.Of(fault);
        return XmlRpcResult.Fault(ContentType, code is { } number ? (Value)(long)number : "Client", message);
    }

    private Outcome<DreamwidthRequest> Read(Call call)
    {
        if (!read.Succeeded(out var request, out var fault))
            return fault;
        if (!request.MethodName.StartsWith(Prefix, StringComparison.Ordinal)
            || request.MethodName.AsSpan(Prefix.Length).ContainsAnyExcept(Letters))
        {
            return new Fault(FaultKind.MethodUnexpected, request.MethodName);
        }

        if (request.Parameters.Count > 1)
            return FaultKind.ArgumentsTooMany;

        var mode = request.MethodName[Prefix.Length..];
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<string> expire = [];
        switch (request.Parameters is [var only] ? only : null)
        {
            case XmlRpcValue.Struct { Members: var members }:
                foreach (var (name, value) in members)
                {
                    if (Text(value) is { } text)
                        values[name] = text;
                    if (name == "expire")
                    {
                        expire = value is XmlRpcValue.Array { Items: var items }
                            ? [.. items.Select(Text).OfType<string>()]
                            : [Text(value) ?? ""];
                    }
                }

                break;
            case null or XmlRpcValue.Nil or XmlRpcValue.Scalar { Text: "" }:
                break;
            default:
                // getchallenge ignores its argument, as with the original.
                if (mode != DreamwidthMethods.Challenge)
                    return FaultKind.ParameterInvalid;
                break;
        }

        return new DreamwidthRequest(call, mode, values, expire);
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Returns a scalar as text, a malformed value as an empty text, and null for anything else.</summary>
    private static string? Text(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Scalar { Text: var text } => text,
        XmlRpcValue.Malformed => "",
        _ => null,
    };
}
