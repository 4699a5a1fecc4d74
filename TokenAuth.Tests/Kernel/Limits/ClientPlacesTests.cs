using System.Net;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>Two addresses tell of two places only if one machine, or one home, cannot have both.</summary>
public sealed class ClientPlacesTests
{
    [Theory]
    [InlineData("198.51.100.7", "203.0.113.9")]
    [InlineData("198.51.100.7", "198.51.100.8")]
    [InlineData("::ffff:198.51.100.7", "203.0.113.9")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1")]
    [InlineData("172.32.0.1", "172.15.0.1")] // next to a private network
    [InlineData("100.128.0.1", "100.63.0.1")]
    public void Public_addresses_of_two_networks_do(string one, string other) => Assert.True(Differ(one, other));

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2")] // one /64: a machine changes its address there
    [InlineData("198.51.100.7", "2001:db8::1")] // one machine has both
    [InlineData("::ffff:198.51.100.7", "2001:db8::1")]
    public void One_network_and_two_protocols_do_not(string one, string other) => Assert.False(Differ(one, other));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.178.20")]
    [InlineData("::ffff:192.168.178.20")]
    [InlineData("169.254.3.4")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%3")]
    [InlineData("fec0::1")]
    [InlineData("fd00::1")]
    public void An_address_that_is_not_public_does_not(string address)
    {
        foreach (var other in new[] { "198.51.100.7", "2001:db8::1", "10.9.9.9", "127.0.0.1", "fd00:0:0:1::2" })
            Assert.False(Differ(address, other), other);
    }

    /// <summary>The order of the addresses does not matter.</summary>
    private static bool Differ(string one, string other)
    {
        var (a, b) = (IPAddress.Parse(one), IPAddress.Parse(other));
        var differ = ClientPlaces.Differ(a, b);
        Assert.Equal(differ, ClientPlaces.Differ(b, a));
        return differ;
    }
}
