using System.Buffers;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A dialect that answers XML-RPC, at an address of its own or at <c>/api/xmlrpc</c>, beside others.</summary>
internal interface IXmlRpcDialect
{
    IReadOnlyList<XmlRpcMethod> Methods { get; }

    /// <summary>Whether a request is this dialect's; asked in the order of registration, and the last one takes what is left.</summary>
    /// <param name="methodName">Null where the body is no call.</param>
    bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body);

    /// <summary>The answer: an <see cref="XmlRpcResult"/> wherever XML-RPC is spoken at all.</summary>
    /// <param name="read">The call, as it was read already to find out whose it is.</param>
    Task<IResult> HandleAsync(HttpContext context, Outcome<XmlRpcRequest> read);
}

/// <summary>
/// An address at which XML-RPC is answered, by one dialect or by several: looks at the name of the method that is
/// called, answers <see cref="SystemMethods"/>, and leaves the rest to the dialect whose it is.
/// </summary>
internal sealed class SharedXmlRpcEndpoint(IEnumerable<IXmlRpcDialect> dialects)
{
    private readonly IXmlRpcDialect[] _dialects = [.. dialects];

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var room = Call.RoomFor(context.Request);
        var buffer = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            var body = buffer.AsMemory(0, await ReadAsync(context, buffer.AsMemory(0, room)));
            context.Request.Body = new MemoryStream(buffer, 0, body.Length, writable: false);
            var read = body.Length <= Call.MaxBytes
                ? XmlRpcReader.Read(body.Span, context.Request.ContentType)
                : FaultKind.CallTooLarge;
            var request = read.Value;
            var isSystem = HttpMethods.IsPost(context.Request.Method) && SystemMethods.Has(request?.MethodName);
            if (request is null || !isSystem)
                return await RunAsync(context, read, request?.MethodName, body);
            // What these refuse is refused as a call of a method that nobody knows is.
            return await SystemMethods.AnswerAsync(
                request, [.. _dialects.SelectMany(dialect => dialect.Methods)],
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
        var owner = _dialects.FirstOrDefault(dialect => dialect.Owns(context.Request, name, body.Span));
        return (owner ?? _dialects[^1]).HandleAsync(context, read);
    }

    /// <summary>What breaks off, or is announced as far too large, is no call.</summary>
    private static async ValueTask<int> ReadAsync(HttpContext context, Memory<byte> into)
    {
        try
        {
            return await context.Request.Body.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (Exception broken) when (broken is IOException or BadHttpRequestException)
        {
            BrokenBody.Leave(context, broken);
            return 0;
        }
    }
}
