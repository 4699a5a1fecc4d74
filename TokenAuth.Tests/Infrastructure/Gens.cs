using System.Text;
using CsCheck;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Random values that are hard to encode or to read.</summary>
internal static class Gens
{
    /// <summary>UTF-16 with error-prone characters more often than chance would produce them.</summary>
    private static readonly Gen<string> AnyCharacter = Gen.OneOf<string>(
        Gen.Char['\0', '\u001F'].Select(c => $"{c}"),
        Gen.OneOf(
            "&", "<", ">", "\"", "'", "\\", "]]>", "\r\n", "\u2028", "\u007F", "\uFFFE", "\uFFFF", "%", "+", "="),
        Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32),
        Gen.Char['\uD800', '\uDFFF'].Select(c => $"{c}"),
        Gen.Char['\0', '\uFFFF'].Select(c => $"{c}"),
        Gen.Char[' ', '~'].Select(c => $"{c}"));

    /// <summary>A number of any length, with either sign.</summary>
    public static Gen<long> Number { get; } =
        Gen.Select(Gen.ULong, Gen.Int[0, 63], (bits, shift) => (long)bits >> shift);

    /// <summary>Values of every shape.</summary>
    public static Gen<Value> AnyValue { get; } = Nested(
        Gen.OneOf<Value>(
            AnyText(8).Select(text => (Value)text),
            Number.Select(number => (Value)number),
            Gen.Bool.Select(flag => (Value)flag)),
        inner => Gen.OneOf<Value>(
            inner.Array[0, 3].Select(
                items => (Value)new Value.Record([.. items.Select((item, i) => ($"m{i}", item))])),
            inner.Array[0, 3].Select(items => (Value)new Value.Sequence("item", items))),
        depth: 3);

    /// <summary>Up to this number of characters, which may be halves of surrogate pairs.</summary>
    public static Gen<string> AnyText(int most) => Joined(AnyCharacter, most);

    /// <summary>The same without lone surrogates, which no client can send.</summary>
    public static Gen<string> WellFormedText(int most) => AnyText(most).Select(Carried);

    public static Gen<string> Joined(Gen<string> piece, int most) => piece.Array[0, most].Select(string.Concat);

    public static Gen<string> Joined(int most, params string[] pieces) => Joined(Gen.OneOf(pieces), most);

    /// <summary>Leaves, and branches over values that are nested less deep.</summary>
    public static Gen<T> Nested<T>(Gen<T> leaf, Func<Gen<T>, Gen<T>> branch, int depth) =>
        depth == 0 ? leaf : Gen.Frequency<T>((3, leaf), (2, branch(Nested(leaf, branch, depth - 1))));

    /// <summary>The text after a Unicode encoding: a lone surrogate becomes U+FFFD.</summary>
    public static string Carried(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
