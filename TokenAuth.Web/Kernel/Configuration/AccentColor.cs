using System.Globalization;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// The site's colour, darkened and lightened until text in it can be read on every ground of the pages (4.5:1, WCAG 2.2).
/// Then white text can be read on the darkened colour, and dark text on the lightened one.
/// </summary>
/// <param name="OnLight">The colour on light grounds, and behind white text, such as <c>#0b57b0</c>.</param>
/// <param name="OnDark">The colour on dark grounds, and behind dark text.</param>
internal sealed record AccentColor(string OnLight, string OnDark)
{
    private const double MinContrast = 4.5;
    private const int Steps = 64;

    /// <summary>The darkest of the light grounds and the lightest of the dark ones in <c>site.css</c>.</summary>
    private static readonly (byte[] Light, byte[] Dark) Grounds = ([0xFD, 0xEC, 0xEC], [0x35, 0x2B, 0x0F]);

    /// <summary>Reads a colour such as <c>#0b57b0</c>; null if the text is none.</summary>
    public static AccentColor? Read(string text)
    {
        if (text is not ['#', _, _, _, _, _, _]
            || !int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
            return null;
        var color = Convert.FromHexString(text.AsSpan(1));
        return new AccentColor(Toward(0, color, Grounds.Light), Toward(byte.MaxValue, color, Grounds.Dark));
    }

    /// <summary>Returns the contrast of two colours of red, green and blue: 1 to 21.</summary>
    public static double Contrast(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>Mixes a colour with black or white, as little as is needed.</summary>
    private static string Toward(byte end, byte[] color, byte[] ground)
    {
        for (var step = 0; ; step++)
        {
            byte[] mixed = [.. color.Select(value => (byte)(value + ((end - value) * step / Steps)))];
            if (step == Steps || Contrast(mixed, ground) >= MinContrast)
                return $"#{Convert.ToHexStringLower(mixed)}";
        }
    }

    private static double Luminance(ReadOnlySpan<byte> color)
    {
        return (0.2126 * Linear(color[0])) + (0.7152 * Linear(color[1])) + (0.0722 * Linear(color[2]));

        static double Linear(byte value) => value / 255.0 is <= 0.04045 and var dark
            ? dark / 12.92
            : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
    }
}
