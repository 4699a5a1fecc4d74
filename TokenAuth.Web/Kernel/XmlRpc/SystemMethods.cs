using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A method that an endpoint serves.</summary>
/// <param name="Signature">The type of the answer, followed by the types of the parameters.</param>
internal sealed record XmlRpcMethod(string Name, params string[] Signature);

/// <summary>
/// Answers the methods <c>system.*</c>, which XML-RPC libraries call by themselves: they list an endpoint's methods and
/// run several calls in one. Source: the introspection and multicall proposals of 2001.
/// </summary>
internal static class SystemMethods
{
    /// <summary>The maximum number of calls in one <c>system.multicall</c>, whose body is limited as well.</summary>
    public const int MaxCalls = 100;

    private const string ContentType = "text/xml";

    private const string Multicall = "system.multicall";

    private static readonly XmlRpcMethod[] Own =
    [
        new("system.getCapabilities", "struct"),
        new("system.listMethods", "array"),
        new("system.methodHelp", "string", "string"),
        new("system.methodSignature", "array", "string"),
        new(Multicall, "array", "array"),
    ];

    public static bool Has(string? methodName) => Own.Any(method => method.Name == methodName);

    /// <summary>Answers a call of one of these methods.</summary>
    /// <param name="methods">The other methods of the endpoint.</param>
    /// <param name="run">
    /// Answers a call of another method, or writes a fault. The calls in a multicall run one after the other, each
    /// through all checks of a single call. So a caller cannot try more passwords with one request than with many.
    /// </param>
    public static async Task<IResult> AnswerAsync(
        XmlRpcRequest request, IReadOnlyList<XmlRpcMethod> methods, Func<Outcome<XmlRpcRequest>, Task<IResult>> run)
    {
        if (request.MethodName != Multicall)
        {
            return Introspect(request, [.. methods, .. Own]) is { } value
                ? XmlRpcResult.Answer(ContentType, value)
                : await run(FaultKind.EnvelopeInvalid);
        }

        if (request.Parameters is not [XmlRpcValue.Array { Items: var calls }])
            return await run(FaultKind.EnvelopeInvalid);
        if (calls.Count > MaxCalls)
            return await run(FaultKind.CallTooLarge);

        var items = new List<Value>(calls.Count);
        foreach (var call in calls.Select(CallOf))
        {
            // A multicall inside a multicall goes to a dialect, which refuses it as an unknown method.
            var answer = call.Succeeded(out var one, out _) && one.MethodName != Multicall && Has(one.MethodName)
                ? await AnswerAsync(one, methods, run)
                : await run(call);
            if (answer is not XmlRpcResult { Item: var item })
                return answer;
            items.Add(item);
        }

        return XmlRpcResult.Answer(ContentType, new Value.Repeated(items));
    }

    private static Value? Introspect(XmlRpcRequest request, XmlRpcMethod[] methods)
    {
        return (request.MethodName, request.Parameters) switch
        {
            ("system.listMethods", []) => new Value.Repeated([.. methods.Select(method => (Value)method.Name)]),
            ("system.getCapabilities", []) => new Value.Record(
                Capability("xmlrpc", "http://www.xmlrpc.com/spec"),
                Capability("introspection", "http://xmlrpc.usefulinc.com/doc/reserved.html"),
                Capability(Multicall, "http://www.xmlrpc.com/discuss/msgReader$1208")),
            // An empty text means that there is no help.
            ("system.methodHelp", [XmlRpcValue.Scalar]) => "",
            ("system.methodSignature", [XmlRpcValue.Scalar { Text: var name }]) =>
                Array.Find(methods, method => method.Name == name) is { } known
                    ? new Value.Repeated(new Value.Repeated([.. known.Signature.Select(type => (Value)type)]))
                    : "undef",
            _ => null,
        };
    }

    private static (string, Value) Capability(string name, string source) =>
        (name, new Value.Record(("specUrl", source), ("specVersion", 1)));

    private static Outcome<XmlRpcRequest> CallOf(XmlRpcValue value)
    {
        if (value is not XmlRpcValue.Struct { Members: var members }
            || members.GetValueOrDefault("methodName") is not XmlRpcValue.Scalar { Type: "string", Text: var name })
            return FaultKind.EnvelopeInvalid;
        return members.GetValueOrDefault("params") switch
        {
            null => new XmlRpcRequest(name.Trim(), []),
            XmlRpcValue.Array { Items: var parameters } => new XmlRpcRequest(name.Trim(), parameters),
            _ => FaultKind.EnvelopeInvalid,
        };
    }
}
