using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Applications;

/// <summary>Networks of applications and proxies as operators write them; ambiguous texts are refused.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1/128")]
    [InlineData("::/0", "::/0")]
    [InlineData("::ffff:198.51.100.9", "198.51.100.9/32")]
    [InlineData("::ffff:c633:6409", "198.51.100.9/32")]
    [InlineData("::ffff:198.51.100.0/120", "198.51.100.0/24")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    public void Canonical_networks_are_accepted_and_mapped_ones_become_IPv4(string text, string network) =>
        Assert.Equal(network, Cidr.Normalize(text));

    [Theory]
    [InlineData("10.1")] // .NET reads 10.0.0.1
    [InlineData("167772161")]
    [InlineData("0x0a000001")]
    [InlineData("198.51.100.010")] // and 198.51.100.8
    [InlineData("198.51.100.0x8")]
    [InlineData("10.1/16")]
    [InlineData("10/8")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/00")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData(" 10.0.0.1")]
    [InlineData("::ffff:198.51.100.010")]
    [InlineData("::ffff:198.51.100.9/120")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::/129")]
    [InlineData("localhost")]
    [InlineData("abcd")]
    [InlineData("/8")]
    [InlineData("")]
    public void A_text_that_is_not_a_network_is_refused(string text) => Assert.Null(Cidr.Normalize(text));

    [Fact]
    public void A_mapped_network_stored_by_an_earlier_version_admits_its_callers()
    {
        var application =
            new Application { ApiKey = "k", Name = "n", ProtectedSecret = "s", Networks = ["::ffff:198.51.100.9/128"] };

        Assert.True(application.MayBeCalledFrom(IPAddress.Parse("198.51.100.9")));
        Assert.False(application.MayBeCalledFrom(IPAddress.Parse("198.51.100.8")));
    }
}
