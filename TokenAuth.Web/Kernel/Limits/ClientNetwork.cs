using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// What counts as one caller wherever addresses are counted: an IPv4 address, or the /64 of an IPv6 address, which one
/// subscriber has as a whole.
/// </summary>
internal static class ClientNetwork
{
    /// <summary>The network in CIDR form without its length for IPv4: <c>198.51.100.7</c> or <c>2001:db8:0:1::/64</c>.</summary>
    public static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
