using System.Buffers;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A dialect that answers XML-RPC, at its own address or at the shared <c>/api/xmlrpc</c>.</summary>
internal interface IXmlRpcDialect
{
    IReadOnlyList<XmlRpcMethod> Methods { get; }

    /// <summary>
    /// True if this dialect gets the requests that no dialect owns. An address has exactly one such dialect.
    /// </summary>
    bool IsFallback { get; }

    /// <summary>Checks whether a request is for this dialect. A request must not have two owners.</summary>
    /// <param name="methodName">The method's name; null if the body is not a call.</param>
    bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body) => false;

    /// <summary>
    /// Returns the endpoint that answers a request, with an <see cref="XmlRpcResult"/> if the answer is XML-RPC.
    /// </summary>
    /// <param name="read">The call, which was read to find its dialect.</param>
    IDialectEndpoint EndpointFor(HttpRequest request, Outcome<XmlRpcRequest> read);
}

/// <summary>
/// An endpoint for the XML-RPC of one or several dialects. It answers <see cref="SystemMethods"/> and passes other
/// calls to the dialect that owns the method.
/// </summary>
/// <remarks>
/// The folder <c>XmlRpc</c> owns safe XML, reading and writing XML-RPC, the shared <c>/api/xmlrpc</c> and the methods
/// <c>system.*</c>. It must not know which dialects exist.
/// </remarks>
internal sealed class SharedXmlRpcEndpoint(DialectPipeline pipeline, IEnumerable<IXmlRpcDialect> dialects)
{
    private readonly IXmlRpcDialect[] _owners = [.. dialects.Where(dialect => !dialect.IsFallback)];
    private readonly IXmlRpcDialect _fallback = dialects.Single(dialect => dialect.IsFallback);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var size = Call.BytesToRead(context.Request);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var body = buffer.AsMemory(0, await ReadAsync(context, buffer.AsMemory(0, size)));
            context.Request.Body = new MemoryStream(buffer, 0, body.Length, writable: false);
            var read = body.Length <= Call.MaxBytes
                ? XmlRpcReader.Read(body.Span, context.Request.ContentType)
                : FaultKind.CallTooLarge;
            var request = read.Value;
            var isSystem = HttpMethods.IsPost(context.Request.Method) && SystemMethods.Has(request?.MethodName);
            if (request is null || !isSystem)
                return await RunAsync(context, read, request?.MethodName, body);
            // The dialect that gets unknown methods writes the faults of system.* as well.
            return await SystemMethods.AnswerAsync(
                request,
                [.. _owners.Append(_fallback).SelectMany(dialect => dialect.Methods)],
                one => RunAsync(context, one, one.Value?.MethodName ?? "", body));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task<IResult> RunAsync(
        HttpContext context, Outcome<XmlRpcRequest> read, string? name, ReadOnlyMemory<byte> body)
    {
        var owner = Array.Find(_owners, dialect => dialect.Owns(context.Request, name, body.Span)) ?? _fallback;
        return pipeline.RunAsync(owner.EndpointFor(context.Request, read), context);
    }

    /// <summary>
    /// Reads the body and returns its length. Returns 0, which is no call, if the body breaks off or its declared
    /// length is far too large.
    /// </summary>
    private static async ValueTask<int> ReadAsync(HttpContext context, Memory<byte> into)
    {
        try
        {
            return await context.Request.Body.ReadAtLeastAsync(
                into, into.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (Exception broken) when (broken is IOException or BadHttpRequestException)
        {
            BrokenBody.Leave(context, broken);
            return 0;
        }
    }
}

/// <summary>Maps addresses that answer XML-RPC.</summary>
internal static class XmlRpcMapping
{
    /// <param name="verbs">The verbs that the address serves. HEAD is served wherever GET is.</param>
    /// <param name="dialects">The dialects that share the address.</param>
    public static void MapXmlRpc(
        this IEndpointRouteBuilder routes, string pattern, string[] verbs, params IEnumerable<IXmlRpcDialect> dialects)
    {
        var pipeline = routes.ServiceProvider.GetRequiredService<DialectPipeline>();
        routes.MapEndpoint(pattern, verbs, new SharedXmlRpcEndpoint(pipeline, dialects).HandleAsync);
    }
}
