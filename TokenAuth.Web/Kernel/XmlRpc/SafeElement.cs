using System.Text;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// An element that <see cref="SafeXml"/> has read. It is not XLinq's: that keeps every name it has ever seen, and adds text
/// around comments in quadratic time, both of which a stranger could use.
/// </summary>
/// <param name="name">With its prefix, if any: old clients use prefixes that they do not declare.</param>
internal sealed class SafeElement(string name, (string Name, string Value)[] attributes)
{
    private readonly List<SafeElement> _children = [];
    private StringBuilder? _more;
    private string _text = "";

    /// <summary>Without the prefix.</summary>
    public string Name { get; } = name[(name.LastIndexOf(':') + 1)..];

    public IReadOnlyList<SafeElement> Children => _children;

    /// <summary>Its own text, not that of its children.</summary>
    public string Text => _more?.ToString() ?? _text;

    /// <summary>What its own name's prefix stands for, if this element declares that; otherwise an empty text.</summary>
    public string DeclaredNamespace =>
        Attribute(name.LastIndexOf(':') is > 0 and var colon ? $"xmlns:{name[..colon]}" : "xmlns") ?? "";

    /// <summary>The first child of this name.</summary>
    public SafeElement? Child(string localName) => _children.Find(child => child.Name == localName);

    /// <summary>The value of an attribute with this name, prefix included.</summary>
    public string? Attribute(string qualifiedName) => attributes.FirstOrDefault(attribute => attribute.Name == qualifiedName).Value;

    /// <summary>The value of an attribute with this name, whatever its prefix.</summary>
    public string? AnyAttribute(string localName) =>
        attributes.FirstOrDefault(attribute => attribute.Name.EndsWith(':' + localName, StringComparison.Ordinal)).Value;

    public void Add(SafeElement child) => _children.Add(child);

    public void Add(string text)
    {
        if (_text.Length == 0)
            _text = text;
        else
            (_more ??= new StringBuilder(_text)).Append(text);
    }
}
