using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// Writes methodResponses without white space between elements, which the strictest old clients need.
/// </summary>
internal static class XmlRpcWriter
{
    public const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    /// <summary>Writes the response of a call that succeeded.</summary>
    /// <param name="declaration">The XML declaration, if the dialect has its own.</param>
    public static string Response(Value value, string declaration = Declaration)
    {
        var xml = new StringBuilder(declaration).Append("<methodResponse><params><param>");
        Append(xml, value);
        return xml.Append("</param></params></methodResponse>").ToString();
    }

    /// <summary>Returns the struct that describes a fault.</summary>
    public static Value FaultStruct(Value code, string message) =>
        new Value.Record(("faultCode", code), ("faultString", message));

    /// <summary>Writes the response of a call that was refused.</summary>
    public static string FaultResponse(Value code, string message, string declaration = Declaration)
    {
        var xml = new StringBuilder(declaration).Append("<methodResponse><fault>");
        Append(xml, FaultStruct(code, message));
        return xml.Append("</fault></methodResponse>").ToString();
    }

    private static void Append(StringBuilder xml, Value value)
    {
        xml.Append("<value>");
        switch (value)
        {
            case Value.Text(var text):
                xml.Append("<string>").AppendEscaped(text).Append("</string>");
                break;
            case Value.Attribute(var text):
                xml.Append("<string>").AppendEscaped(text).Append("</string>");
                break;
            case Value.Number(var number):
                xml.Append("<int>").Append(number).Append("</int>");
                break;
            case Value.Flag(var flag):
                xml.Append("<boolean>").Append(flag ? '1' : '0').Append("</boolean>");
                break;
            case Value.Record(var members):
                xml.Append("<struct>");
                foreach (var (name, content) in members)
                {
                    xml.Append("<member><name>").AppendEscaped(name).Append("</name>");
                    Append(xml, content);
                    xml.Append("</member>");
                }

                xml.Append("</struct>");
                break;
            case Value.Sequence(_, var items):
                AppendArray(xml, items);
                break;
            case Value.Repeated(var items):
                AppendArray(xml, items);
                break;
        }

        xml.Append("</value>");
    }

    private static void AppendArray(StringBuilder xml, IReadOnlyList<Value> items)
    {
        xml.Append("<array><data>");
        foreach (var item in items)
            Append(xml, item);
        xml.Append("</data></array>");
    }
}
