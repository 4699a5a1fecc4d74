namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A world that believes what its clients say of their address, shared by tests that do not disturb each other.</summary>
public sealed class BehindProxy : IAsyncLifetime
{
    internal DreamwidthWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await DreamwidthWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
