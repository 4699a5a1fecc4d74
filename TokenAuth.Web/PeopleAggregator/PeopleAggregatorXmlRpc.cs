using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>The dialect's XML-RPC, and the part of <c>/api/xmlrpc</c> that is no other dialect's.</summary>
internal sealed class PeopleAggregatorXmlRpc(PeopleAggregatorMethods methods) : IXmlRpcDialect
{
    private readonly RestEndpoint _rest = new(AnswerFormat.XmlRpc, prefix: "", methods);

    public IReadOnlyList<XmlRpcMethod> Methods { get; } =
        [.. PeopleAggregatorMethod.All.Select(method => new XmlRpcMethod(method.FullName, "struct", "struct"))];

    public bool IsFallback => true;

    // docs/dialects/peopleaggregator.md, "Addresses": a GET or a form is REST, answered as a methodResponse.
    public IDialectEndpoint EndpointFor(HttpRequest request, Outcome<XmlRpcRequest> read)
    {
        var isForm = request.ContentType?.Contains("urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        return !HttpMethods.IsPost(request.Method) || isForm ? _rest : new XmlRpcEndpoint(read, methods);
    }
}

/// <summary>Answers one XML-RPC call.</summary>
internal sealed class XmlRpcEndpoint(Outcome<XmlRpcRequest> read, PeopleAggregatorMethods methods) : IDialectEndpoint
{
    private const string ContentType = "text/xml";

    public string Dialect => PeopleAggregatorFeature.Dialect;

    public bool ReadsBody => true;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        if (!PeopleAggregatorRequest.ReadEnvelope(call, read).Succeeded(out var request, out var fault))
            return fault;
        var answer = await request.Method.AnswerAsync(methods, request, cancellation);
        return answer.Succeeded(out var members, out fault)
            ? PeopleAggregatorResult.Answer(AnswerFormat.XmlRpc, members, ContentType)
            : fault;
    }

    public IResult Refuse(Call call, Fault fault) =>
        PeopleAggregatorResult.Refusal(AnswerFormat.XmlRpc, fault, ContentType);
}
