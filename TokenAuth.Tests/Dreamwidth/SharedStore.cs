using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A world whose store other nodes share, at the same time or after a restart.</summary>
internal sealed class SharedStore : IAsyncDisposable
{
    private SharedStore(DreamwidthWorld world) => World = world;

    public DreamwidthWorld World { get; }

    public static async Task<SharedStore> StartAsync() => new(await DreamwidthWorld.StartAsync());

    /// <summary>Another node, whose clock and memory are its own.</summary>
    public Task<LiveServer> NodeAsync() => LiveServer.StartAsync($"--TokenAuth:DataDirectory={World.World.Server.DataDirectory}");

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
