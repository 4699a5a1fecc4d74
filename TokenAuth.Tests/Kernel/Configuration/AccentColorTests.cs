using System.Text.RegularExpressions;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>Whatever colour the operator chooses, texts in it and on it can be read.</summary>
public sealed partial class AccentColorTests
{
    /// <summary>The colours of the style sheet: the light ones, and the dark ones.</summary>
    private static readonly Dictionary<string, byte[]>[] Schemes = [.. Blocks().Take(2).Select(block => Colors()
        .Matches(block)
        .ToDictionary(
            match => match.Groups["name"].Value,
            match => Convert.FromHexString(match.Groups["color"].Value),
            StringComparer.Ordinal))];

    [Fact]
    public void Texts_in_any_colour_and_on_it_have_a_contrast_of_four_and_a_half()
    {
        Assert.All(Schemes, colors => Assert.True(colors.Count > 10));
        for (var color = 0; color < 0x1000; color++)
        {
            var accent = AccentColor.Read($"#{color >> 8:x}0{color >> 4 & 15:x}7{color & 15:x}f")!;
            AssertReadable(accent.OnLight, Schemes[0]);
            AssertReadable(accent.OnDark, Schemes[1]);
        }
    }

    [Fact]
    public void The_default_colours_have_it_too()
    {
        foreach (var colors in Schemes)
            AssertReadable($"#{Convert.ToHexString(colors["accent"])}", colors);
    }

    [Fact]
    public void A_colour_that_can_be_read_already_is_kept()
    {
        Assert.Equal("#0b57b0", AccentColor.Read("#0B57B0")!.OnLight);
        Assert.Equal("#8bbcff", AccentColor.Read("#8bbcff")!.OnDark);
    }

    private static void AssertReadable(string accent, Dictionary<string, byte[]> colors)
    {
        var text = Convert.FromHexString(accent.AsSpan(1));
        foreach (var (name, ground) in colors)
        {
            if (name is "card" or "on-accent" || name.EndsWith("ground", StringComparison.Ordinal))
                Assert.True(AccentColor.Contrast(text, ground) >= 4.5, $"{accent} on {name}");
        }
    }

    private static IEnumerable<string> Blocks() =>
        from Match block in Root().Matches(Documentation.Page.Text("../wwwroot/css/site.css"))
        select block.Value;

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Root();

    [GeneratedRegex("--(?<name>[a-z-]+): #(?<color>[0-9a-f]{6});", RegexOptions.ExplicitCapture)]
    private static partial Regex Colors();
}
