using System.Net;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>The network that counts as one caller.</summary>
public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7", "198.51.100.7", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7", "198.51.100.7", "198.51.100.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48", "2001:db8:1::")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64", "2001:db8:1::/48", "2001:db8:1::")]
    [InlineData("2001:db8:1:ffff::", "2001:db8:1:ffff::/64", "2001:db8:1::/48", "2001:db8:1::")]
    [InlineData("::1", "::/64", "::/48", "::")]
    public void An_IPv6_address_counts_by_its_first_64_bits_and_its_site_by_48(
        string address, string network, string site, string first)
    {
        var parsed = IPAddress.Parse(address);

        Assert.Equal(
            (network, site, first),
            (ClientNetwork.Of(parsed), ClientNetwork.SiteOf(parsed), ClientNetwork.FirstOfSite(parsed).ToString()));
    }
}
