using System.Text;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// An element that <see cref="SafeXml"/> has read. XLinq is not used, because a stranger could exploit two of its
/// properties: it stores every name forever, and joins text around comments in quadratic time.
/// </summary>
/// <param name="name">The name with its prefix, if any. Old clients use prefixes that they do not declare.</param>
internal sealed class SafeElement(string name, (string Name, string Value)[] attributes)
{
    private readonly List<SafeElement> _children = [];
    private StringBuilder? _more;
    private string _text = "";

    /// <summary>The name without the prefix.</summary>
    public string Name { get; } = name[(name.LastIndexOf(':') + 1)..];

    public IReadOnlyList<SafeElement> Children => _children;

    /// <summary>The text of the element, without that of its children.</summary>
    public string Text => _more?.ToString() ?? _text;

    /// <summary>The namespace of the element's prefix if the element declares it itself; otherwise empty.</summary>
    public string DeclaredNamespace =>
        Attribute(name.LastIndexOf(':') is > 0 and var colon ? $"xmlns:{name[..colon]}" : "xmlns") ?? "";

    /// <summary>Returns the first child with a name, or null.</summary>
    public SafeElement? Child(string localName) => _children.Find(child => child.Name == localName);

    /// <summary>Returns the value of the attribute with a name, prefix included, or null.</summary>
    public string? Attribute(string qualifiedName) =>
        attributes.FirstOrDefault(attribute => attribute.Name == qualifiedName).Value;

    /// <summary>Returns the value of the first attribute with a local name and any prefix, or null.</summary>
    public string? AnyAttribute(string localName) =>
        attributes
            .FirstOrDefault(attribute => attribute.Name.EndsWith(':' + localName, StringComparison.Ordinal))
            .Value;

    public void Add(SafeElement child) => _children.Add(child);

    public void Add(string text)
    {
        if (_text.Length == 0)
            _text = text;
        else
            (_more ??= new StringBuilder(_text)).Append(text);
    }
}
