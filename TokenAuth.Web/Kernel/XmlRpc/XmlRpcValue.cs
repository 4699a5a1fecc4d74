using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// A value of an XML-RPC request. Source: the XML-RPC specification and the extensions that clients send.
/// </summary>
internal abstract record XmlRpcValue
{
    private XmlRpcValue()
    {
    }

    /// <summary>
    /// A scalar with its text as sent, because old servers ignored the type: Perl sends a login name of digits as an
    /// <c>int</c> and a non-ASCII one as <c>base64</c>. Leading zeros and signs stay. Types other than text are
    /// trimmed, <c>base64</c> is decoded, and a boolean is <c>1</c> or <c>0</c> if it is a word.
    /// </summary>
    /// <param name="Type">The name of the type's element, without prefix; <c>string</c> if there is none.</param>
    /// <param name="IsTyped">False if the value has no element for its type.</param>
    internal sealed record Scalar(string Type, string Text, bool IsTyped = true) : XmlRpcValue;

    /// <summary>Members by name. Of two members with the same name, the last one counts.</summary>
    internal sealed record Struct(IReadOnlyDictionary<string, XmlRpcValue> Members) : XmlRpcValue;

    internal sealed record Array(IReadOnlyList<XmlRpcValue> Items) : XmlRpcValue;

    internal sealed record Nil : XmlRpcValue;

    /// <summary>Invalid base64, which each dialect answers differently.</summary>
    internal sealed record Malformed : XmlRpcValue;
}

/// <summary>A methodCall: the method's name and its parameters.</summary>
internal sealed record XmlRpcRequest(string MethodName, IReadOnlyList<XmlRpcValue> Parameters)
{
    /// <summary>
    /// Returns the parameters of a call that has one struct of scalars, or nothing. Returns null for other parameters.
    /// </summary>
    public IReadOnlyList<Parameter>? AsForm() => Parameters switch
    {
        // PHP sends an empty struct as an empty array.
        [] or [XmlRpcValue.Array { Items.Count: 0 }] => [],
        [XmlRpcValue.Struct { Members: var members }]
            when members.Values.All(value => value is XmlRpcValue.Scalar or XmlRpcValue.Nil) =>
            [
                .. members
                    .Where(member => member.Value is XmlRpcValue.Scalar)
                    .Select(member => new Parameter(member.Key, ((XmlRpcValue.Scalar)member.Value).Text)),
            ],
        _ => null,
    };
}
