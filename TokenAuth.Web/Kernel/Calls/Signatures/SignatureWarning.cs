using System.Globalization;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>Sentences about what the server would refuse although the signature is right.</summary>
internal static class SignatureWarning
{
    public const string Ambiguous =
        "The signature base string can be read in more than one way, so the server refuses the call. A value contains "
        + "the name of a parameter, a control character or a line break, or does not have the form of its parameter.";

    /// <summary>Describes a token that the application does not have.</summary>
    public static string OfToken(string name) =>
        $"{name} is not a token of this application: it is unknown, has ended, or is another application's.";

    /// <summary>Describes a timestamp outside the window; null if it is within.</summary>
    /// <param name="sent">Null if the timestamp is not a plain number.</param>
    public static string? OfClock(string name, DateTimeOffset? sent, DateTimeOffset now, TimeSpan window)
    {
        if (sent is not { } timestamp)
            return $"{name} is not a plain number of seconds since 1970.";
        var off = timestamp - now;
        if (off.Duration() <= window)
            return null;
        var direction = off < TimeSpan.Zero ? "behind" : "ahead of";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name} is {off.Duration().TotalSeconds:0} seconds {direction} the server's clock; ")
            + string.Create(CultureInfo.InvariantCulture, $"at most {window.TotalSeconds:0} are accepted.");
    }
}
