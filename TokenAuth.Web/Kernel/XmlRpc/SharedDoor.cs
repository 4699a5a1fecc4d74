using System.Buffers;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A dialect that answers at <c>/api/xmlrpc</c>, beside others.</summary>
internal interface IXmlRpcDialect
{
    /// <summary>Whether a request is this dialect's; asked in the order of registration, and the last one takes what is left.</summary>
    /// <param name="methodName">Null where the body is no call.</param>
    bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body);

    /// <param name="read">The call, as it was read already to find out whose it is.</param>
    Task<IResult> HandleAsync(HttpContext context, Outcome<XmlRpcRequest> read);
}

/// <summary>
/// The one address that several dialects share: looks at the name of the method that is called, and leaves the rest to the
/// dialect whose it is.
/// </summary>
internal sealed class SharedDoor(IEnumerable<IXmlRpcDialect> dialects)
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
            var read = body.Length <= Call.MostBytes ? XmlRpcReader.Read(body.Span) : FaultKind.CallTooLarge;
            var name = read.Succeeded(out var request, out _) ? request.MethodName : null;
            var owner = _dialects.FirstOrDefault(dialect => dialect.Owns(context.Request, name, body.Span)) ?? _dialects[^1];
            return await owner.HandleAsync(context, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
