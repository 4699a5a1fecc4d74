namespace TokenAuth.Tests.Ipernity;

/// <summary>Calls per address and minute, where the operator wants a limit.</summary>
public sealed class AddressLimitTests
{
    [Fact]
    public async Task A_64_is_one_address()
    {
        await using var own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1", "--TokenAuth:Ipernity:CallsPerAddressAndMinute=2");

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
