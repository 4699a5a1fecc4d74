using System.Buffers;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// Reads absolute http and https addresses from outside: callbacks, the targets of links, the pictures of users.
/// Browsers, servers and <see cref="Uri"/> interpret malformed addresses differently, so only addresses with one
/// interpretation are accepted.
/// </summary>
internal static class WebAddress
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>
    /// Returns the address, or null unless it is <c>http://</c> or <c>https://</c> with a host. Refuses user
    /// information in any form (<c>http://@host</c>), an escaped or empty host, an invalid port, backslashes and
    /// control characters.
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
    /// Returns scheme, host in its ASCII form, and the port unless it is the default. There is no slash at the end.
    /// </summary>
    public static string OriginOf(Uri url) =>
        $"{url.Scheme}://{HostOf(url)}{(url.IsDefaultPort ? "" : $":{url.Port}")}";

    /// <summary>Returns the host as in the header <c>Host</c>: in ASCII, an IPv6 address in brackets.</summary>
    public static string HostOf(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;

    private static bool HasHost(Uri url) => url.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => HasDnsName(url),
        _ => false,
    };

    /// <summary>
    /// Checks the ASCII form of a name, because <see cref="Uri"/> accepts names that have none, and names whose ASCII
    /// form is an IP address.
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
