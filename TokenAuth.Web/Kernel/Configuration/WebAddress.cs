using System.Buffers;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// Absolute http and https addresses that somebody else wrote: a callback, what a link asks to be sent on to, a picture
/// of a user. Browsers, servers and <see cref="Uri"/> read sloppy ones differently, so only those that all read alike
/// are accepted.
/// </summary>
internal static class WebAddress
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>
    /// Null for anything but <c>http://</c> or <c>https://</c> with a host: user information in any form
    /// (<c>http://@host</c>), an escaped or empty host, a port that is none, backslashes and control characters are all
    /// refused.
    /// </summary>
    public static Uri? Read(string text)
    {
        var start = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://".Length
            : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://".Length
            : 0;
        if (start == 0 || text.Any(c => char.IsControl(c) || c == '\\'))
            return null;
        var rest = text.AsSpan(start);
        var authority = rest.IndexOfAny('/', '?', '#') is >= 0 and var end ? rest[..end] : rest;
        if (authority.IsEmpty || authority.ContainsAny("@% ") || authority.EndsWith(':'))
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && HasHost(url) ? url : null;
    }

    /// <summary>
    /// Scheme, host in its ASCII form, and the port where it is not the default; no slash at the end.
    /// </summary>
    public static string OriginOf(Uri url) =>
        $"{url.Scheme}://{HostOf(url)}{(url.IsDefaultPort ? "" : $":{url.Port}")}";

    /// <summary>The host as the header <c>Host</c> carries it: in ASCII, an IPv6 address in brackets.</summary>
    public static string HostOf(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;

    private static bool HasHost(Uri url) => url.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => HasDnsName(url),
        _ => false,
    };

    /// <summary>
    /// Not every text that <see cref="Uri"/> takes for a name has an ASCII form, and some of these are an address.
    /// </summary>
    private static bool HasDnsName(Uri url)
    {
        try
        {
            return !url.IdnHost.AsSpan().ContainsAnyExcept(HostCharacters)
                && Uri.CheckHostName(url.IdnHost) == UriHostNameType.Dns;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }
}
