using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Maps an address to the network that counts as one caller: an IPv4 address, or the /64 of an IPv6 address, which one
/// subscriber owns as a whole.
/// </summary>
internal static class ClientNetwork
{
    private const int Network = 64;
    private const int Site = 48;

    /// <summary>
    /// Returns the network. IPv6 is in CIDR form, IPv4 without a length: <c>198.51.100.7</c> or
    /// <c>2001:db8:0:1::/64</c>.
    /// </summary>
    public static string Of(IPAddress address) => Prefix(address, Network);

    /// <summary>
    /// Returns the /48 around the network, which providers and tunnel brokers assign on request; for IPv4 the network
    /// itself.
    /// </summary>
    public static string SiteOf(IPAddress address) => Prefix(address, Site);

    /// <summary>Checks whether the address has a site larger than its network: it is IPv6.</summary>
    public static bool HasSite(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };

    /// <summary>Returns the first address of the site.</summary>
    public static IPAddress FirstOfSite(IPAddress address) => FirstAddress(address, Site);

    private static string Prefix(IPAddress address, int length) =>
        HasSite(address) ? $"{FirstAddress(address, length)}/{length}" : FirstAddress(address, length).ToString();

    private static IPAddress FirstAddress(IPAddress address, int length)
    {
        if (!HasSite(address))
            return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[(length / 8)..].Clear();
        return new IPAddress(bytes);
    }
}
