using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>Reads a methodCall. It tolerates the peculiarities of old clients and limits the depth of values.</summary>
internal static class XmlRpcReader
{
    /// <summary>The maximum depth of nested values. All dialects need two or three.</summary>
    private const int MaxDepth = 32;

    private static readonly string[] TrimmedTypes =
    [
        "int",
        "i4",
        "i1",
        "i2",
        "i8",
        "biginteger",
        "double",
        "float",
        "bigdecimal",
        "dateTime.iso8601",
        "dateTime",
    ];

    /// <summary>
    /// Returns the request. The method's name is empty if none is sent. Faults:
    /// <see cref="FaultKind.EnvelopeMalformed"/> if the body is not XML, <see cref="FaultKind.EnvelopeInvalid"/> if it
    /// is not a methodCall.
    /// </summary>
    /// <param name="contentType">The Content-Type, which may name the encoding.</param>
    public static Outcome<XmlRpcRequest> Read(ReadOnlySpan<byte> body, string? contentType = null)
    {
        if (SafeXml.Read(body, contentType) is not { } call)
            return FaultKind.EnvelopeMalformed;
        if (call.Name != "methodCall")
            return FaultKind.EnvelopeInvalid;
        var parameters = new List<XmlRpcValue>();
        foreach (var parameter in call.Child("params")?.Children ?? [])
        {
            if (parameter.Name != "param"
                || parameter.Child("value") is not { } value
                || ReadValue(value, depth: 1) is not { } read)
                return FaultKind.EnvelopeInvalid;
            parameters.Add(read);
        }

        return new XmlRpcRequest(call.Child("methodName")?.Text.Trim() ?? "", parameters);
    }

    /// <summary>Decodes base64, ignoring white space. Returns null if the text is not base64.</summary>
    public static string? Base64Text(string text)
    {
        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        var bytes = new byte[compact.Length];
        return Convert.TryFromBase64String(compact, bytes, out var length)
            ? FormDecoder.Text(bytes.AsSpan(0, length))
            : null;
    }

    private static XmlRpcValue? ReadValue(SafeElement value, int depth)
    {
        if (depth > MaxDepth)
            return null;
        if (value.Children.Count == 0)
            return new XmlRpcValue.Scalar("string", value.Text, IsTyped: false);
        if (value.Children is not [var typed] || !string.IsNullOrWhiteSpace(value.Text))
            return null;
        return typed.Name switch
        {
            "struct" => ReadStruct(typed, depth),
            "array" => ReadArray(typed, depth),
            "nil" => new XmlRpcValue.Nil(),
            _ when typed.Children.Count > 0 => null,
            "string" => new XmlRpcValue.Scalar("string", typed.Text),
            "base64" => Base64Text(typed.Text) is { } text
                ? new XmlRpcValue.Scalar("base64", text)
                : new XmlRpcValue.Malformed(),
            "boolean" => new XmlRpcValue.Scalar("boolean", Digit(typed.Text.Trim())),
            var type when TrimmedTypes.Contains(type, StringComparer.Ordinal) =>
                new XmlRpcValue.Scalar(type, typed.Text.Trim()),
            _ => null,
        };
    }

    /// <summary>
    /// Returns a boolean as the digit that the specification demands. davexmlrpc and others send the word, and Perl
    /// would take <c>false</c> for true.
    /// </summary>
    private static string Digit(string boolean) =>
        boolean.Equals("true", StringComparison.OrdinalIgnoreCase) ? "1"
        : boolean.Equals("false", StringComparison.OrdinalIgnoreCase) ? "0"
        : boolean;

    private static XmlRpcValue.Struct? ReadStruct(SafeElement element, int depth)
    {
        var members = new Dictionary<string, XmlRpcValue>(StringComparer.Ordinal);
        foreach (var member in element.Children)
        {
            if (member.Name != "member"
                || member.Child("name") is not { } name
                || member.Child("value") is not { } value
                || ReadValue(value, depth + 1) is not { } read)
                return null;
            members[name.Text] = read;
        }

        return new XmlRpcValue.Struct(members);
    }

    private static XmlRpcValue.Array? ReadArray(SafeElement element, int depth)
    {
        var items = new List<XmlRpcValue>();
        foreach (var value in element.Child("data")?.Children ?? [])
        {
            if (value.Name != "value" || ReadValue(value, depth + 1) is not { } read)
                return null;
            items.Add(read);
        }

        return new XmlRpcValue.Array(items);
    }
}
