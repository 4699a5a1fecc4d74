using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A dialect that answers at <c>/api/xmlrpc</c>, beside others.</summary>
internal interface IXmlRpcDialect
{
    /// <summary>Whether a request is this dialect's; asked in the order of registration, and the last one takes what is left.</summary>
    /// <param name="methodName">Null where the body is no call.</param>
    bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body);

    Task<IResult> HandleAsync(HttpContext context);
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
        // One byte more than is read, so that the dialect sees that it is too large.
        var body = new byte[Call.MostBytes + 1];
        var length = 0;
        try
        {
            length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (Exception broken) when (broken is IOException or BadHttpRequestException)
        {
            // What there is of it is no call.
        }

        context.Request.Body = new MemoryStream(body, 0, length, writable: false);
        var name = length <= Call.MostBytes && XmlRpcReader.Read(body.AsSpan(0, length)).Succeeded(out var request, out _) ? request.MethodName : null;
        var owner = _dialects.FirstOrDefault(dialect => dialect.Owns(context.Request, name, body.AsSpan(0, length))) ?? _dialects[^1];
        return await owner.HandleAsync(context);
    }
}
