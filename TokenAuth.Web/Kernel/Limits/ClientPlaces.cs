using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Kernel.Limits;

/// <summary>Decides whether two addresses show that two requests came from different places.</summary>
/// <remarks>
/// They do not if they are of different protocols, because one machine has both; or if one of them is not on the public
/// Internet: one machine is seen under its local address or its public one, depending on the way that it takes.
/// </remarks>
internal static class ClientPlaces
{
    private static readonly IPNetwork[] NotPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"), // between a provider and its customers
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("::/127"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/9"),
    ];

    /// <summary>
    /// Checks whether two public addresses of one protocol are in different networks (<see cref="ClientNetwork"/>).
    /// </summary>
    public static bool Differ(IPAddress one, IPAddress other)
    {
        (one, other) = (Plain(one), Plain(other));
        return one.AddressFamily == other.AddressFamily
            && IsPublic(one)
            && IsPublic(other)
            && ClientNetwork.Of(one) != ClientNetwork.Of(other);
    }

    private static bool IsPublic(IPAddress address) =>
        !Array.Exists(NotPublic, network => network.Contains(address));

    /// <summary>Returns the address without the wrapping of IPv4 in IPv6, and without a link's number.</summary>
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }
            ? new IPAddress(address.GetAddressBytes())
        : address;
}
