using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>The answer to an XML-RPC call, not written yet, so that several can be put into one.</summary>
internal sealed class XmlRpcResult : IResult
{
    private readonly string _contentType;
    private readonly Func<string> _write;

    private XmlRpcResult(string contentType, Value item, Func<string> write) =>
        (_contentType, Item, _write) = (contentType, item, write);

    /// <summary>As <c>system.multicall</c> lists it: an array of the value alone, or the struct of the fault.</summary>
    public Value Item { get; }

    /// <param name="declaration">Where a dialect's is another one.</param>
    public static XmlRpcResult Answer(string contentType, Value value, string declaration = XmlRpcWriter.Declaration) =>
        new(contentType, new Value.Repeated(value), () => XmlRpcWriter.Response(value, declaration));

    /// <inheritdoc cref="Answer"/>
    public static XmlRpcResult Fault(
        string contentType, Value code, string message, string declaration = XmlRpcWriter.Declaration) => new(
        contentType, XmlRpcWriter.FaultStruct(code, message),
        () => XmlRpcWriter.FaultResponse(code, message, declaration));

    public Task ExecuteAsync(HttpContext httpContext) =>
        new TextResult(_contentType, _write()).ExecuteAsync(httpContext);
}
