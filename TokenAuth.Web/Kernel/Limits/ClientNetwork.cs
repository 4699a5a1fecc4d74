using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// What counts as one caller wherever addresses are counted: an IPv4 address, or the /64 of an IPv6 address, which one
/// subscriber has as a whole.
/// </summary>
internal static class ClientNetwork
{
    private const int Network = 64;
    private const int Site = 48;

    /// <summary>The network in CIDR form without its length for IPv4: <c>198.51.100.7</c> or <c>2001:db8:0:1::/64</c>.</summary>
    public static string Of(IPAddress address) => Named(address, Network);

    /// <summary>
    /// The /48 around the network, which providers and tunnel brokers give to whoever asks; an IPv4 address is a site of its own.
    /// </summary>
    public static string SiteOf(IPAddress address) => Named(address, Site);

    /// <summary>Whether the address has more than its network around it that may belong to the same caller.</summary>
    public static bool HasSite(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };

    /// <summary>The first address of the site.</summary>
    public static IPAddress FirstOfSite(IPAddress address) => First(address, Site);

    private static string Named(IPAddress address, int length) =>
        HasSite(address) ? $"{First(address, length)}/{length}" : First(address, length).ToString();

    private static IPAddress First(IPAddress address, int length)
    {
        if (!HasSite(address))
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[(length / 8)..].Clear();
        return new IPAddress(bytes);
    }
}
