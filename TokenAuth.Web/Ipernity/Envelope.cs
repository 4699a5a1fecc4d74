using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>What a body says at one of the two doors for envelopes.</summary>
/// <param name="Method">Null where none is named.</param>
internal sealed record EnvelopeRequest(string? Method, IReadOnlyList<Parameter> Parameters);

/// <summary>A body, read once for what it asks and for the form of the answer.</summary>
/// <param name="Request">Null where the body is no envelope of the door's.</param>
/// <param name="IsSoap11">Whether it means to be SOAP 1.1.</param>
internal sealed record Envelope(EnvelopeRequest? Request, bool IsSoap11 = false)
{
    /// <param name="read">The call, where somebody has read it already.</param>
    public static Envelope Read(Binding door, Call call, Outcome<XmlRpcRequest>? read) => door == Binding.Soap
        ? SoapEnvelope.Read(call.Body.Span, call.Request.ContentType)
        : new(OfXmlRpc(read ?? XmlRpcReader.Read(call.Body.Span, call.Request.ContentType)));

    private static EnvelopeRequest? OfXmlRpc(Outcome<XmlRpcRequest> read)
    {
        if (!read.Succeeded(out var request, out _))
            return null;
        return request.Parameters switch
        {
            // PHP sends an empty struct as an empty array.
            [] or [XmlRpcValue.Array { Items.Count: 0 }] => new(request.MethodName, []),
            [XmlRpcValue.Struct { Members: var members }] when members.Values.All(value => value is XmlRpcValue.Scalar or XmlRpcValue.Nil) =>
                new(request.MethodName, [.. members.Where(member => member.Value is XmlRpcValue.Scalar).Select(member => new Parameter(member.Key, ((XmlRpcValue.Scalar)member.Value).Text))]),
            _ => null,
        };
    }
}
