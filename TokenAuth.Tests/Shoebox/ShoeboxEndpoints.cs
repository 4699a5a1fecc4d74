using Microsoft.AspNetCore.Http;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Shoebox;

/// <summary><c>/services/rest</c>: a query or a form, answered in XML.</summary>
internal sealed class RestEndpoint(ShoeboxCheck check) : IDialectEndpoint
{
    public string Dialect => ShoeboxFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var answer = await check.RunAsync(call, cancellation);
        return answer.Succeeded(out var payload, out var fault) ? Xml("ok", payload) : fault;
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (code, message) = ShoeboxFaults.Of(fault);
        return Xml("fail", new Value.Record(("err", new Value.Record(
            ("code", new Value.Attribute(code.ToString())), ("msg", new Value.Attribute(message))))));
    }

    private static TextResult Xml(string state, Value.Record payload) => new(
        "text/xml; charset=utf-8",
        XmlFormat.Compact([("rsp", new Value.Record([("stat", new Value.Attribute(state)), .. payload.Members]))]));
}

/// <summary><c>/services/xmlrpc</c>: one struct, answered with XML as a string.</summary>
internal sealed class ShoeboxXmlRpc(ShoeboxCheck check) : IXmlRpcDialect
{
    public IReadOnlyList<XmlRpcMethod> Methods { get; } =
        [.. ShoeboxMethod.All.Select(method => new XmlRpcMethod(method.Name, "string", "struct"))];

    public bool IsFallback => true;

    public IDialectEndpoint EndpointFor(HttpRequest request, Outcome<XmlRpcRequest> read) =>
        new XmlRpcEndpoint(read, check);
}

/// <summary>Answers one XML-RPC call.</summary>
internal sealed class XmlRpcEndpoint(Outcome<XmlRpcRequest> read, ShoeboxCheck check) : IDialectEndpoint
{
    private const string ContentType = "text/xml; charset=utf-8";

    public string Dialect => ShoeboxFeature.Dialect;

    public bool ReadsBody => true;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        if (!read.Succeeded(out var request, out var fault))
            return fault;
        if (request.AsForm() is not { } parameters)
            return FaultKind.EnvelopeInvalid;
        var answer = await check.RunAsync(
            call.With([new("method", request.MethodName), .. parameters]), cancellation);
        return answer.Succeeded(out var payload, out fault)
            ? XmlRpcResult.Answer(ContentType, XmlFormat.Compact(payload.Members))
            : fault;
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (code, message) = ShoeboxFaults.Of(fault);
        return XmlRpcResult.Fault(ContentType, code, message);
    }
}
