using System.Net;

namespace TokenAuth.Kernel.Http;

/// <summary>Adds the caller's address to a request's context.</summary>
internal static class CallerAddressExtension
{
    extension(HttpContext context)
    {
        /// <summary>
        /// The client's address, which a configured proxy forwards. IPv4-mapped addresses become IPv4.
        /// </summary>
        public IPAddress CallerAddress => Plain(context.Connection.RemoteIpAddress);
    }

    private static IPAddress Plain(IPAddress? address) =>
        address is null ? IPAddress.Loopback
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;
}
