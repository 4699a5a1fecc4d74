namespace TokenAuth.Kernel.Formats;

/// <summary>An answer before it is spelled in XML, JSON or PHP: a closed set of shapes.</summary>
internal abstract record Value
{
    private Value()
    {
    }

    public static implicit operator Value(string text) => new Text(text);

    public static implicit operator Value(long number) => new Number(number);

    public static implicit operator Value(bool flag) => new Flag(flag);

    internal sealed record Text(string Content) : Value;

    /// <summary>A text that XML spells as an attribute of the element around it; elsewhere it is a member like any other.</summary>
    internal sealed record Attribute(string Content) : Value;

    /// <summary>The text of the element around it, which has attributes, too; elsewhere a member.</summary>
    internal sealed record Body(string Content) : Value;

    internal sealed record Number(long Content) : Value;

    internal sealed record Flag(bool Content) : Value;

    /// <summary>Named members in order.</summary>
    internal sealed record Record(params IReadOnlyList<(string Name, Value Content)> Members) : Value;

    /// <summary>A list that XML spells as its member's element, once per item.</summary>
    internal sealed record Repeated(params IReadOnlyList<Value> Items) : Value;

    /// <summary>A list; XML needs a name for its items, JSON and PHP do not.</summary>
    internal sealed record Sequence(string ItemName, params IReadOnlyList<Value> Items) : Value
    {
        /// <summary>Whether its element says in XML that it is a list.</summary>
        public bool IsMarked { get; init; } = true;
    }
}
