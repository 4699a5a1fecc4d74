using System.Globalization;
using System.Net;

namespace TokenAuth.Kernel.Configuration;

/// <summary>Parses the networks that operators configure.</summary>
internal static class Cidr
{
    /// <summary>
    /// Returns a network in CIDR form. A single address becomes a network of one address. An IPv4-mapped address
    /// becomes IPv4, as callers' addresses do. Returns null if the text is neither an address nor a network, or if
    /// programs would disagree about it.
    /// </summary>
    public static string? Normalize(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (CanonicalAddress(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        var length = address.GetAddressBytes().Length * 8;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length.ToString(CultureInfo.InvariantCulture) != text[(slash + 1)..]))
            return null;
        if (address.IsIPv4MappedToIPv6 && length >= 96)
            (address, length) = (address.MapToIPv4(), length - 96);
        return IPNetwork.TryParse($"{address}/{length}", out var network) && network.BaseAddress.Equals(address)
            ? network.ToString()
            : null;
    }

    /// <summary>
    /// Parses an address more strictly than .NET, which reads <c>10.1</c> as 10.0.0.1 and <c>010</c> as 8, and accepts
    /// ports and zones.
    /// </summary>
    private static IPAddress? CanonicalAddress(string text)
    {
        var quad = text[(text.LastIndexOf(':') + 1)..];
        var hasQuad = quad.Length == text.Length || quad.Contains('.', StringComparison.Ordinal);
        var isCanonical = !hasQuad || (IPAddress.TryParse(quad, out var v4) && v4.ToString() == quad);
        return isCanonical
            && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            && IPAddress.TryParse(text, out var address)
                ? address
                : null;
    }
}
