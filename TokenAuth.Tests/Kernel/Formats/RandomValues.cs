using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

/// <summary>Random values of every shape, with texts that are hard to encode.</summary>
internal static class RandomValues
{
    public static Value Next(Seeded chance, int depth = 3) => chance.Below(depth == 0 ? 3 : 5) switch
    {
        0 => chance.AnyText(8),
        1 => chance.Number(),
        2 => chance.OneIn(2),
        3 => new Value.Record(
            [.. Enumerable.Range(0, chance.Below(4)).Select(i => ($"m{i}", Next(chance, depth - 1)))]),
        _ => new Value.Sequence("item", [.. Enumerable.Range(0, chance.Below(4)).Select(_ => Next(chance, depth - 1))]),
    };

    /// <summary>The text after a Unicode encoding: a lone surrogate becomes U+FFFD.</summary>
    public static string Carried(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
