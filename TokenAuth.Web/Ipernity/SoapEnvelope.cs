using System.Text;
using System.Xml.Linq;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// SOAP as ipernity documents it: a request element whose children are the method and its parameters, and an answer whose
/// text is the escaped payload. Envelopes of SOAP 1.1 and 1.2 are read; answers use 1.2's namespace and 1.1's fault.
/// </summary>
internal static class SoapEnvelope
{
    private const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";

    private const string Start =
        $"""<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{Soap12}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><s:Body>""";

    private const string End = "</s:Body></s:Envelope>";

    /// <summary>The method (null where none is named) and the parameters; null where the body is no such envelope.</summary>
    public static (string? Method, IReadOnlyList<Parameter> Parameters)? Read(ReadOnlySpan<byte> body)
    {
        if (SafeXml.Read(body) is not { Name.LocalName: "Envelope" } envelope || envelope.Name.NamespaceName is not (Soap11 or Soap12)
            || envelope.Element(envelope.Name.Namespace + "Body")?.Elements().FirstOrDefault() is not { Name.LocalName: "ipernityRequest" } request)
            return null;

        var children = request.Elements().ToList();
        if (children.Exists(child => child.HasElements))
            return null;
        return (
            children.Find(child => child.Name.LocalName == "method")?.Value.Trim(),
            [.. children.Where(child => child.Name.LocalName != "method").Select(child => new Parameter(child.Name.LocalName, child.Value))]);
    }

    public static string Response(string payload) =>
        new StringBuilder(Start).Append("<x:ipernityResponse xmlns:x=\"urn:ipernity\">").AppendEscaped(payload).Append("</x:ipernityResponse>").Append(End).ToString();

    /// <summary>The actor's host and the element <c>details</c> are as the page prints them.</summary>
    public static string Fault(int code, string message) => new StringBuilder(Start)
        .Append("<s:Fault><faultcode>ipernity.error.").Append(code).Append("</faultcode><faultstring>").AppendEscaped(message)
        .Append("</faultstring><faultactor>http://api.ipernity.com.com/api/soap/</faultactor><details>").AppendEscaped(message)
        .Append("</details></s:Fault>").Append(End).ToString();
}
