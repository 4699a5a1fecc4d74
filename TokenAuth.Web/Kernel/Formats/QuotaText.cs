using System.Globalization;

namespace TokenAuth.Kernel.Formats;

/// <summary>A quota as operators and developers write it: <c>N/SECONDS</c>, the calls allowed in each window.</summary>
internal static class QuotaText
{
    /// <summary>Reads a quota; null if the text is none.</summary>
    public static (long Calls, TimeSpan Window)? Read(string text) =>
        text.Split('/') is [var calls, var seconds]
        && long.TryParse(calls, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= 1_000_000_000
        && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var window)
        && window is > 0 and <= 366 * 86_400
            ? (number, TimeSpan.FromSeconds(window))
            : null;

    public static string Write(long calls, TimeSpan window) =>
        string.Create(CultureInfo.InvariantCulture, $"{calls}/{(long)window.TotalSeconds}");
}
