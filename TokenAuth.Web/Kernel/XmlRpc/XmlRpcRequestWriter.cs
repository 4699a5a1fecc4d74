using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>Writes methodCalls as clients do, for examples and trials.</summary>
internal static class XmlRpcRequestWriter
{
    public const string ContentType = "text/xml";

    /// <summary>Writes a call with one struct of strings.</summary>
    public static string Write(string method, IEnumerable<(string Name, string Value)> members)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>")
            .AppendEscaped(method)
            .Append("</methodName>\n<params><param><value><struct>\n");
        foreach (var (name, value) in members)
        {
            xml.Append("<member><name>").AppendEscaped(name).Append("</name><value><string>").AppendEscaped(value)
                .Append("</string></value></member>\n");
        }

        return xml.Append("</struct></value></param></params>\n</methodCall>\n").ToString();
    }
}
