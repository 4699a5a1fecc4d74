namespace TokenAuth.Kernel.Formats;

/// <summary>An answer before it is written as XML, JSON or PHP: one of a closed set of shapes.</summary>
/// <remarks>
/// The folder <c>Formats</c> owns charsets, form decoding, and values written as JSON, PHP or XML. It must not know
/// requests or dialects.
/// </remarks>
internal abstract record Value
{
    private Value()
    {
    }

    public static implicit operator Value(string text) => new Text(text);

    public static implicit operator Value(long number) => new Number(number);

    public static implicit operator Value(bool flag) => new Flag(flag);

    internal sealed record Text(string Content) : Value;

    /// <summary>
    /// A text that XML writes as an attribute of the parent element; other formats write a plain member.
    /// </summary>
    internal sealed record Attribute(string Content) : Value;

    /// <summary>
    /// A text that XML writes as the content of the parent element, beside its attributes; other formats write a plain
    /// member.
    /// </summary>
    internal sealed record Body(string Content) : Value;

    internal sealed record Number(long Content) : Value;

    internal sealed record Flag(bool Content) : Value;

    /// <summary>Named members in order.</summary>
    internal sealed record Record(params IReadOnlyList<(string Name, Value Content)> Members) : Value;

    /// <summary>A list that XML writes by repeating the member's element for each item.</summary>
    internal sealed record Repeated(params IReadOnlyList<Value> Items) : Value;

    /// <summary>A list. XML names the element of each item; JSON and PHP do not.</summary>
    internal sealed record Sequence(string ItemName, params IReadOnlyList<Value> Items) : Value
    {
        /// <summary>Tells whether the XML element has the attribute <c>list="true"</c>.</summary>
        public bool IsMarked { get; init; } = true;
    }
}
