using System.Text;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// Reads and writes SOAP as ipernity documents it. The request element contains the method and its parameters; the
/// answer's text is the escaped payload. A SOAP 1.1 request is answered in that version's namespace, all others in
/// 1.2's. Faults have the form of 1.1 in both, as ipernity's had.
/// </summary>
internal static class SoapEnvelope
{
    private const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";
    private const string End = "</s:Body></s:Envelope>";

    /// <summary>
    /// Parses a body. It counts as SOAP 1.1 if its root is in that namespace or, for unreadable XML, if the namespace
    /// occurs anywhere in it.
    /// </summary>
    /// <param name="contentType">The call's Content-Type, which may name the encoding.</param>
    public static Envelope Read(ReadOnlySpan<byte> body, string? contentType) =>
        SafeXml.Read(body, contentType) is { } root
        ? new(RequestOf(root), root.DeclaredNamespace == Soap11)
        : new(Request: null, body.IndexOf("http://schemas.xmlsoap.org/soap/envelope/"u8) >= 0);

    public static string Response(string payload, bool isSoap11) =>
        Start(isSoap11)
            .Append("<x:ipernityResponse xmlns:x=\"urn:ipernity\">")
            .AppendEscaped(payload)
            .Append("</x:ipernityResponse>")
            .Append(End)
            .ToString();

    /// <summary>
    /// Writes a fault. The actor's host and the element <c>details</c> are spelled as on ipernity's page.
    /// </summary>
    public static string Fault(int code, string message, bool isSoap11) => Start(isSoap11)
        .Append("<s:Fault><faultcode>ipernity.error.")
        .Append(code)
        .Append("</faultcode><faultstring>")
        .AppendEscaped(message)
        .Append("</faultstring><faultactor>http://api.ipernity.com.com/api/soap/</faultactor><details>")
        .AppendEscaped(message)
        .Append("</details></s:Fault>")
        .Append(End)
        .ToString();

    private static EnvelopeRequest? RequestOf(SafeElement root)
    {
        if (root is not { Name: "Envelope", DeclaredNamespace: Soap11 or Soap12 }
            || root.Child("Body")?.Children is not { Count: > 0 } bodies
            || bodies[0] is not { Name: "ipernityRequest" } request
            || request.Children.Any(child => child.Children.Count > 0))
        {
            return null;
        }

        var parameters = request.Children
            .Where(child => child.Name != "method" && child.AnyAttribute("nil") is not ("true" or "1"))
            .Select(child => new Parameter(child.Name, Text(child)));
        return new(request.Child("method")?.Text.Trim(), [.. parameters]);
    }

    private static StringBuilder Start(bool isSoap11) => new(
        """<?xml version="1.0" encoding="utf-8"?>"""
        + $"""<s:Envelope xmlns:s="{(isSoap11 ? Soap11 : Soap12)}" """
        + """xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" """
        + """xmlns:xsd="http://www.w3.org/2001/XMLSchema"><s:Body>""");

    /// <summary>Reads a parameter's value. Perl's SOAP::Lite sends non-ASCII text as base64 and declares it.</summary>
    private static string Text(SafeElement child) =>
        child.AnyAttribute("type")?.Split(':')[^1] is "base64" or "base64Binary"
            ? XmlRpcReader.Base64Text(child.Text) ?? child.Text
            : child.Text;
}
