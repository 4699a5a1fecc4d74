namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A test server that trusts its clients' forwarding headers, shared by independent tests.</summary>
public sealed class BehindProxy : IAsyncLifetime
{
    internal DreamwidthWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        World = await DreamwidthWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
