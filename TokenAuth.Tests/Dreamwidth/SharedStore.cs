using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A server whose store is shared by other nodes, at the same time or after a restart.</summary>
internal sealed class SharedStore : IAsyncDisposable
{
    private SharedStore(DreamwidthWorld world) => World = world;

    public DreamwidthWorld World { get; }

    public static async Task<SharedStore> StartAsync() => new(await DreamwidthWorld.StartAsync());

    /// <summary>Another node, with its own clock and memory.</summary>
    public Task<LiveServer> NodeAsync() =>
        LiveServer.StartAsync($"--TokenAuth:DataDirectory={World.World.Server.DataDirectory}");

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
