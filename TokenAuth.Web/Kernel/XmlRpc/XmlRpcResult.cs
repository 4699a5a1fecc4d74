using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>The answer to an XML-RPC call.</summary>
internal sealed class XmlRpcResult : IResult
{
    private readonly TextResult _text;

    private XmlRpcResult(string contentType, Value item, string text) =>
        (_text, Item) = (new TextResult(contentType, text), item);

    /// <summary>
    /// The item in the answer to <c>system.multicall</c>: an array of one value, or the fault's struct.
    /// </summary>
    public Value Item { get; }

    /// <summary>Creates the answer of a call that succeeded.</summary>
    /// <param name="declaration">The XML declaration, if the dialect has its own.</param>
    public static XmlRpcResult Answer(string contentType, Value value, string declaration = XmlRpcWriter.Declaration) =>
        new(contentType, new Value.Repeated(value), XmlRpcWriter.Response(value, declaration));

    /// <summary>Creates the answer of a call that was refused.</summary>
    /// <param name="declaration">The XML declaration, if the dialect has its own.</param>
    public static XmlRpcResult Fault(
        string contentType, Value code, string message, string declaration = XmlRpcWriter.Declaration) =>
        new(
            contentType,
            XmlRpcWriter.FaultStruct(code, message),
            XmlRpcWriter.FaultResponse(code, message, declaration));

    public Task ExecuteAsync(HttpContext httpContext) => _text.ExecuteAsync(httpContext);
}
