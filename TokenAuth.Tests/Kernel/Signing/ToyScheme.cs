using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>A scheme like ipernity's, where nothing ends a name; with short keys, so that texts collide soon.</summary>
internal static class ToyScheme
{
    public static readonly IReadOnlyDictionary<string, ValueGrammar?> Known = new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal)
    {
        ["api_key"] = Grammars.Hex(4),
        ["auth_token"] = Grammars.Run("0123456789-abcdef", most: 8),
        ["frob"] = Grammars.Run("0123456789-abcdef", most: 8),
        ["perm_doc"] = Grammars.Word("read", "write", "delete"),
        ["perm_blog"] = Grammars.Word("read", "write", "delete"),
        ["extra"] = Grammars.Word("pref", "prefs"),
    };

    public static readonly JoinedText Text = new("", Known);
}
