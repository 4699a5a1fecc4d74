using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>
/// A scheme like ipernity's, in which nothing ends a name, with short keys so that base strings collide soon.
/// </summary>
internal static class ToyScheme
{
    public static readonly IReadOnlyDictionary<string, ValueGrammar?> Known = new Dictionary<string, ValueGrammar?>(
        StringComparer.Ordinal)
    {
        ["api_key"] = ValueGrammars.Hex(4),
        ["auth_token"] = ValueGrammars.Run("0123456789-abcdef", most: 8),
        ["frob"] = ValueGrammars.Run("0123456789-abcdef", most: 8),
        ["perm_doc"] = ValueGrammars.Word("read", "write", "delete"),
        ["perm_blog"] = ValueGrammars.Word("read", "write", "delete"),
        ["extra"] = ValueGrammars.Word("pref", "prefs"),
    };

    public static readonly SignatureBaseString Text = new("", Known);
}
