namespace TokenAuth.Tests.Ipernity;

/// <summary>The limit of calls per address and minute that an operator can set.</summary>
public sealed class AddressLimitTests
{
    [Fact]
    public async Task All_addresses_of_a_64_share_one_limit()
    {
        await using var own = await IpernityWorld.StartAsync(
            "--TokenAuth:Proxies=127.0.0.1", "--TokenAuth:Ipernity:CallsPerAddressAndMinute=2");

        Assert.Null(await AskAsync("2001:db8:0:1::1"));
        Assert.Null(await AskAsync("2001:db8:0:1::2"));
        Assert.Equal(113, await AskAsync("2001:db8:0:1:ffff::"));
        Assert.Null(await AskAsync("2001:db8:0:2::1"));

        async Task<int?> AskAsync(string from)
        {
            using var request = own.Client.Request(new IpernityCall(own.World.Gallery, "test.hello"));
            request.Headers.Add("X-Forwarded-For", from);
            return (await own.Client.AskAsync(request)).Code;
        }
    }
}
