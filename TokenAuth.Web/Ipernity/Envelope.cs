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
    /// <summary>Parses the body of a call. Returns null for REST, whose body is a form.</summary>
    /// <param name="read">The call as the shared XML-RPC endpoint has parsed it; null elsewhere.</param>
    public static Envelope? Read(Binding binding, Call call, Outcome<XmlRpcRequest>? read) => binding switch
    {
        Binding.Rest => null,
        Binding.Soap => SoapEnvelope.Read(call.Body.Span, call.Request.ContentType),
        _ => new(OfXmlRpc(read ?? XmlRpcReader.Read(call.Body.Span, call.Request.ContentType))),
    };

    private static EnvelopeRequest? OfXmlRpc(Outcome<XmlRpcRequest> read)
    {
        if (!read.Succeeded(out var request, out _))
            return null;
        return request.Parameters switch
        {
            // PHP sends an empty struct as an empty array.
            [] or [XmlRpcValue.Array { Items.Count: 0 }] => new(request.MethodName, []),
            [XmlRpcValue.Struct { Members: var members }]
                when members.Values.All(value => value is XmlRpcValue.Scalar or XmlRpcValue.Nil) =>
                new(
                    request.MethodName,
                    [
                        .. members
                            .Where(member => member.Value is XmlRpcValue.Scalar)
                            .Select(member => new Parameter(member.Key, ((XmlRpcValue.Scalar)member.Value).Text)),
                    ]),
            _ => null,
        };
    }
}
