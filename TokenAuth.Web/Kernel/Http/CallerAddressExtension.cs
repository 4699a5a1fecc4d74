using System.Net;

namespace TokenAuth.Kernel.Http;

/// <summary>Where requests come from.</summary>
internal static class CallerAddressExtension
{
    extension(HttpContext context)
    {
        /// <summary>The client's address; behind a configured proxy, the one that the proxy names. IPv4-mapped ones are IPv4.</summary>
        public IPAddress CallerAddress => Plain(context.Connection.RemoteIpAddress);
    }

    /// <summary>An IPv4 address stays one where it arrives mapped into IPv6.</summary>
    private static IPAddress Plain(IPAddress? address) =>
        address is null ? IPAddress.Loopback : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
