using System.Text;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// SOAP as ipernity documents it: a request element whose children are the method and its parameters, and an answer whose
/// text is the escaped payload. An envelope of SOAP 1.1 is answered in that version's namespace, everything else in 1.2's;
/// the fault is 1.1's in both, as ipernity's was.
/// </summary>
internal static class SoapEnvelope
{
    private const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";
    private const string End = "</s:Body></s:Envelope>";

    /// <summary>A body means to be SOAP 1.1 where its root says so or, where it cannot be read, some part of it.</summary>
    /// <param name="contentType">What came with the body; it may name its encoding.</param>
    public static Envelope Read(ReadOnlySpan<byte> body, string? contentType) =>
        SafeXml.Read(body, contentType) is { } root
        ? new(RequestOf(root), root.DeclaredNamespace == Soap11)
        : new(Request: null, body.IndexOf("http://schemas.xmlsoap.org/soap/envelope/"u8) >= 0);

    public static string Response(string payload, bool isSoap11) =>
        Start(isSoap11).Append("<x:ipernityResponse xmlns:x=\"urn:ipernity\">").AppendEscaped(payload).Append("</x:ipernityResponse>").Append(End).ToString();

    /// <summary>The actor's host and the element <c>details</c> are as the page prints them.</summary>
    public static string Fault(int code, string message, bool isSoap11) => Start(isSoap11)
        .Append("<s:Fault><faultcode>ipernity.error.").Append(code).Append("</faultcode><faultstring>").AppendEscaped(message)
        .Append("</faultstring><faultactor>http://api.ipernity.com.com/api/soap/</faultactor><details>").AppendEscaped(message)
        .Append("</details></s:Fault>").Append(End).ToString();

    private static EnvelopeRequest? RequestOf(SafeElement root)
    {
        if (root is not { Name: "Envelope", DeclaredNamespace: Soap11 or Soap12 }
            || root.Child("Body")?.Children is not { Count: > 0 } bodies || bodies[0] is not { Name: "ipernityRequest" } request
            || request.Children.Any(child => child.Children.Count > 0))
            return null;
        return new(
            request.Child("method")?.Text.Trim(),
            [.. request.Children.Where(child => child.Name != "method" && child.AnyAttribute("nil") is not ("true" or "1")).Select(child => new Parameter(child.Name, Text(child)))]);
    }

    private static StringBuilder Start(bool isSoap11) => new(
        $"""<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{(isSoap11 ? Soap11 : Soap12)}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><s:Body>""");

    /// <summary>Perl's SOAP::Lite sends what is not ASCII as base64, and says so.</summary>
    private static string Text(SafeElement child) =>
        child.AnyAttribute("type")?.Split(':')[^1] is "base64" or "base64Binary"
            ? XmlRpcReader.Base64Text(child.Text) ?? child.Text
            : child.Text;
}
