using System.Buffers;

namespace TokenAuth.Kernel.Signing;

/// <summary>
/// The strict form of a known parameter's value, as a reader: the length of the longest start of a text that has
/// this form, or -1 where none has. See <see cref="SignatureBaseString"/>.
/// </summary>
internal delegate int ValueGrammar(ReadOnlySpan<char> text);

internal static class ValueGrammars
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Lower-case hexadecimal digits, this many of them.</summary>
    public static ValueGrammar Hex(int length) =>
        text => text.Length >= length && !text[..length].ContainsAnyExcept(LowerHex) ? length : -1;

    /// <summary>A plain number without sign or leading zeros, of at most this many digits.</summary>
    public static ValueGrammar Number(int mostDigits) => text =>
    {
        var length = Leading(text, Digits);
        return length == 0 || length > mostDigits || (length > 1 && text[0] == '0') ? -1 : length;
    };

    /// <summary>One of these words, in any case.</summary>
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

    /// <summary>As many of these characters as there are, from one up to this many.</summary>
    public static ValueGrammar Run(string characters, int most)
    {
        var set = SearchValues.Create(characters);
        return text => Leading(text, set) is > 0 and var length && length <= most ? length : -1;
    }

    /// <summary>Whether the whole text has the form.</summary>
    public static bool Matches(this ValueGrammar grammar, ReadOnlySpan<char> text) => grammar(text) == text.Length;

    private static int Leading(ReadOnlySpan<char> text, SearchValues<char> set) =>
        text.IndexOfAnyExcept(set) is >= 0 and var end ? end : text.Length;
}
