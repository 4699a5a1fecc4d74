namespace TokenAuth.Tests.Ipernity;

/// <summary>A test server that trusts a proxy's headers, and one person's token, shared by independent tests.</summary>
public sealed class BehindProxy : IAsyncLifetime
{
    internal IpernityWorld World { get; private set; } = null!;

    internal OAuthToken Token { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        Token = await World.OAuth.AccessTokenAsync(World.World, World.World.Gallery, World.World.Alice);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
