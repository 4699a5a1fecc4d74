namespace TokenAuth.Tests.Ipernity;

/// <summary>A world that believes what a proxy says of its callers, and somebody's token: shared by tests that do not disturb each other.</summary>
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
