#pragma warning disable RS0030 // Not for secrets; the same on every machine.
namespace TokenAuth.Tests.Infrastructure;

/// <summary>Repeatable random values: the same seed gives the same test.</summary>
internal sealed class Seeded(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A number from 0 to <paramref name="end"/> minus one.</summary>
    public int Below(int end) => _random.Next(end);

    public bool OneIn(int times) => _random.Next(times) == 0;

    public long Number() => _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);

    public T Of<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Up to <paramref name="most"/> of these pieces, joined.</summary>
    public string Joined(IReadOnlyList<string> pieces, int most) =>
        string.Concat(Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Of(pieces)));

    /// <summary>Arbitrary UTF-16, with error-prone characters more often than chance would produce them.</summary>
    public string AnyText(int most) =>
        string.Concat(Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Below(6) switch
        {
            0 => ((char)Below(0x20)).ToString(),
            1 => Of<string>(
                ["&", "<", ">", "\"", "'", "\\", "]]>", "\r\n", "\u2028", "\u007F", "\uFFFE", "\uFFFF", "%", "+", "="]),
            2 => char.ConvertFromUtf32(0x10000 + Below(0x100000)),
            3 => ((char)(0xD800 + Below(0x800))).ToString(),
            4 => ((char)Below(0x10000)).ToString(),
            _ => ((char)(' ' + Below(95))).ToString(),
        }));
}
