using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>The method and the parameters in a SOAP or XML-RPC body.</summary>
/// <param name="Method">The method's name; null if the body names none.</param>
internal sealed record EnvelopeRequest(string? Method, IReadOnlyList<Parameter> Parameters);

/// <summary>A parsed body of a SOAP or XML-RPC endpoint.</summary>
/// <param name="Request">The request; null if the body is not an envelope of this endpoint.</param>
/// <param name="IsSoap11">Whether the answer must be SOAP 1.1.</param>
internal sealed record Envelope(EnvelopeRequest? Request, bool IsSoap11 = false)
{
    /// <summary>Parses the body of a call.</summary>
    /// <param name="read">The call as the shared XML-RPC endpoint has parsed it; null elsewhere.</param>
    public static Envelope Read(Binding binding, Call call, Outcome<XmlRpcRequest>? read) => binding == Binding.Soap
        ? SoapEnvelope.Read(call.Body.Span, call.Request.ContentType)
        : new(OfXmlRpc(read ?? XmlRpcReader.Read(call.Body.Span, call.Request.ContentType)));

    private static EnvelopeRequest? OfXmlRpc(Outcome<XmlRpcRequest> read) =>
        read.Succeeded(out var request, out _) && request.AsForm() is { } parameters
            ? new(request.MethodName, parameters)
            : null;
}
