namespace TokenAuth.Kernel.XmlRpc;

/// <summary>A value of an XML-RPC request. Source: the XML-RPC specification, with the extensions that clients send.</summary>
internal abstract record XmlRpcValue
{
    private XmlRpcValue()
    {
    }

    /// <summary>
    /// A scalar with its text exactly as it was sent (leading zeros and signs included; only what is no text is trimmed), because old servers never looked at
    /// the type: Perl sends a login name of digits as an <c>int</c>, and a non-ASCII one as <c>base64</c>, which is decoded.
    /// </summary>
    /// <param name="Type">The element's name without prefix; <c>string</c> where there was none.</param>
    /// <param name="IsTyped">Whether there was one.</param>
    internal sealed record Scalar(string Type, string Text, bool IsTyped = true) : XmlRpcValue;

    /// <summary>Members by name; of two with the same name the last one counts.</summary>
    internal sealed record Struct(IReadOnlyDictionary<string, XmlRpcValue> Members) : XmlRpcValue;

    internal sealed record Array(IReadOnlyList<XmlRpcValue> Items) : XmlRpcValue;

    internal sealed record Nil : XmlRpcValue;

    /// <summary>base64 that is none: each dialect has an answer of its own for that.</summary>
    internal sealed record Malformed : XmlRpcValue;
}

/// <summary>A request: the method's name and its parameters.</summary>
internal sealed record XmlRpcRequest(string MethodName, IReadOnlyList<XmlRpcValue> Parameters);
