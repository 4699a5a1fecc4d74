namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>What a part of a signature base string is.</summary>
internal enum PieceKind
{
    Name,
    Value,

    /// <summary>Text between the parts, such as <c>=</c>.</summary>
    Separator,

    /// <summary>A part of the request other than a parameter: verb, address, method, challenge.</summary>
    Request,

    /// <summary>The place of the secret, whose text is never shown.</summary>
    Secret,
}

/// <summary>A part of a signature base string.</summary>
/// <param name="Of">What it is, such as the name of the parameter.</param>
internal sealed record Piece(PieceKind Kind, string Text, string Of);

/// <summary>How parameters were put in order before they were signed.</summary>
internal enum ParameterOrder
{
    Sorted,
    SortedIgnoringCase,
    AsSent,
}

/// <summary>How often values were percent-encoded before they were signed, compared with the specification.</summary>
internal enum ValueEncoding
{
    AsSpecified,
    OnceMore,
    OnceLess,
}

/// <summary>A way of signing: that of the specification, or one with mistakes that clients make.</summary>
internal sealed record SigningVariant
{
    public static readonly SigningVariant Specified = new();

    public ParameterOrder Order { get; init; }

    public ValueEncoding Encoding { get; init; }

    /// <summary>Tells whether the text became bytes in ISO-8859-1 instead of UTF-8.</summary>
    public bool IsLatin1 { get; init; }

    /// <summary>Tells whether the signature itself was signed, with an empty value.</summary>
    public bool SignsSignature { get; init; }

    /// <summary>Tells whether the request's own part, such as the method or the verb, was left out.</summary>
    public bool OmitsRequest { get; init; }

    public bool OmitsSecret { get; init; }

    /// <summary>Tells whether the secret was put at the beginning instead of the end.</summary>
    public bool BeginsWithSecret { get; init; }

    /// <summary>Tells whether the secret had a line break at its end, as a text from a file does.</summary>
    public bool SecretEndsInLineBreak { get; init; }

    /// <summary>Tells whether values were signed without the line breaks and blanks around them.</summary>
    public bool TrimsValues { get; init; }

    /// <summary>Tells whether parameters with empty values were left out.</summary>
    public bool OmitsEmptyValues { get; init; }

    /// <summary>Tells whether pairs were joined as in a query, with <c>&amp;</c>.</summary>
    public bool JoinsWithAmpersand { get; init; }

    /// <summary>The origin in the text, such as <c>https://example.org</c>; null for that of the request.</summary>
    public string? Origin { get; init; }

    /// <summary>Returns the parameters as this variant signs them: in its order, with its values.</summary>
    /// <param name="encode">Encodes a value as the specification does; null if it signs values as they are.</param>
    public IEnumerable<(string Name, string Value)> Apply(
        IEnumerable<(string Name, string Value)> parameters, string signatureName, Func<string, string>? encode = null)
    {
        var signed = SignsSignature ? parameters.Append((signatureName, "")) : parameters;
        if (OmitsEmptyValues)
            signed = signed.Where(parameter => parameter.Item2.Length > 0);
        var pairs = signed.Select(
            pair => (Name: Encoded(pair.Item1, encode), Value: Encoded(Trimmed(pair.Item2), encode)));
        return Order switch
        {
            ParameterOrder.Sorted => pairs.OrderBy(pair => pair.Name, StringComparer.Ordinal)
                .ThenBy(pair => pair.Value, StringComparer.Ordinal),
            ParameterOrder.SortedIgnoringCase => pairs.OrderBy(pair => pair.Name, StringComparer.OrdinalIgnoreCase),
            _ => pairs,
        };
    }

    private string Trimmed(string value) => TrimsValues ? value.Trim() : value;

    private string Encoded(string text, Func<string, string>? encode) => (Encoding, encode) switch
    {
        (ValueEncoding.AsSpecified, null) => text,
        (ValueEncoding.AsSpecified, _) => encode(text),
        (ValueEncoding.OnceMore, null) => Uri.EscapeDataString(text),
        (ValueEncoding.OnceMore, _) => encode(encode(text)),
        _ => text,
    };
}
