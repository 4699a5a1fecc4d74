using System.Buffers;

namespace TokenAuth.Kernel.Signing;

/// <summary>
/// The strict form of a known parameter's value, as a function: returns the length of the longest prefix of a text that
/// has this form, or -1 if no prefix has. See <see cref="SignatureBaseString"/>.
/// </summary>
internal delegate int ValueGrammar(ReadOnlySpan<char> text);

/// <summary>Creates the grammars that dialects need.</summary>
internal static class ValueGrammars
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Returns the grammar of a fixed number of lower-case hexadecimal digits.</summary>
    public static ValueGrammar Hex(int length) =>
        text => text.Length >= length && !text[..length].ContainsAnyExcept(LowerHex) ? length : -1;

    /// <summary>
    /// Returns the grammar of a number without sign or leading zeros. More digits than the maximum do not match.
    /// </summary>
    public static ValueGrammar Number(int mostDigits) => text =>
    {
        var length = Leading(text, Digits);
        return length == 0 || length > mostDigits || (length > 1 && text[0] == '0') ? -1 : length;
    };

    /// <summary>Returns the grammar of one of these words, in any case.</summary>
    public static ValueGrammar Word(params IReadOnlyList<string> words)
    {
        var longestFirst = words.OrderByDescending(word => word.Length).ToArray();
        return text =>
        {
            foreach (var word in longestFirst)
            {
                if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    return word.Length;
            }

            return -1;
        };
    }

    /// <summary>Returns the grammar of one or more of these characters. More than the maximum do not match.</summary>
    public static ValueGrammar Run(string characters, int most)
    {
        var set = SearchValues.Create(characters);
        return text => Leading(text, set) is > 0 and var length && length <= most ? length : -1;
    }

    /// <summary>Checks whether the whole text has the form.</summary>
    public static bool Matches(this ValueGrammar grammar, ReadOnlySpan<char> text) => grammar(text) == text.Length;

    private static int Leading(ReadOnlySpan<char> text, SearchValues<char> set) =>
        text.IndexOfAnyExcept(set) is >= 0 and var end ? end : text.Length;
}
