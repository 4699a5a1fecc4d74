using System.Xml.Linq;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>Reads a methodCall, tolerantly where old clients are odd, and never deeper or larger than the bounds.</summary>
internal static class XmlRpcReader
{
    /// <summary>Of values in values; the XML-RPC of all dialects nests two or three deep.</summary>
    private const int DeepestValue = 32;

    private static readonly string[] ScalarTypes =
        ["string", "int", "i4", "i1", "i2", "i8", "biginteger", "boolean", "double", "float", "bigdecimal", "dateTime.iso8601", "dateTime", "base64"];

    /// <summary>The request, or null where the body is no methodCall.</summary>
    public static XmlRpcRequest? Read(ReadOnlySpan<byte> body)
    {
        if (SafeXml.Read(body) is not { Name.LocalName: "methodCall" } call || Child(call, "methodName") is not { } name)
            return null;
        var parameters = new List<XmlRpcValue>();
        foreach (var parameter in Child(call, "params")?.Elements() ?? [])
        {
            if (parameter.Name.LocalName != "param" || Child(parameter, "value") is not { } value || ReadValue(value, depth: 1) is not { } read)
                return null;
            parameters.Add(read);
        }

        return new XmlRpcRequest(name.Value.Trim(), parameters);
    }

    private static XmlRpcValue? ReadValue(XElement value, int depth)
    {
        if (depth > DeepestValue)
            return null;
        if (value.Elements().ToList() is not [var typed, .. var more])
            return new XmlRpcValue.Scalar("string", value.Value);
        if (more.Count > 0)
            return null;
        return typed.Name.LocalName switch
        {
            "struct" => ReadStruct(typed, depth),
            "array" => ReadArray(typed, depth),
            "nil" => new XmlRpcValue.Nil(),
            "base64" => Base64Text(typed.Value) is { } text ? new XmlRpcValue.Scalar("base64", text) : null,
            var type when ScalarTypes.Contains(type, StringComparer.Ordinal) && !typed.HasElements => new XmlRpcValue.Scalar(type, typed.Value),
            _ => null,
        };
    }

    private static XmlRpcValue.Struct? ReadStruct(XElement element, int depth)
    {
        var members = new Dictionary<string, XmlRpcValue>(StringComparer.Ordinal);
        foreach (var member in element.Elements())
        {
            if (member.Name.LocalName != "member" || Child(member, "name") is not { } name || Child(member, "value") is not { } value
                || ReadValue(value, depth + 1) is not { } read)
                return null;
            members[name.Value] = read;
        }

        return new XmlRpcValue.Struct(members);
    }

    private static XmlRpcValue.Array? ReadArray(XElement element, int depth)
    {
        var items = new List<XmlRpcValue>();
        foreach (var value in Child(element, "data")?.Elements() ?? [])
        {
            if (value.Name.LocalName != "value" || ReadValue(value, depth + 1) is not { } read)
                return null;
            items.Add(read);
        }

        return new XmlRpcValue.Array(items);
    }

    /// <summary>The text that base64 with blanks in it stands for, or null where it is none.</summary>
    public static string? Base64Text(string text)
    {
        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        var bytes = new byte[compact.Length];
        return Convert.TryFromBase64String(compact, bytes, out var length) ? FormDecoder.Text(bytes.AsSpan(0, length)) : null;
    }

    private static XElement? Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(element => element.Name.LocalName == name);
}
