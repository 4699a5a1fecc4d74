using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A world whose store other nodes share, at the same time or after a restart.</summary>
internal sealed class SharedStore : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-shared-");

    private SharedStore()
    {
    }

    public DreamwidthWorld World { get; private set; } = null!;

    private string DataDirectory => $"--TokenAuth:DataDirectory={_directory.FullName}";

    public static async Task<SharedStore> StartAsync()
    {
        var shared = new SharedStore();
        shared.World = await DreamwidthWorld.StartAsync(shared.DataDirectory);
        return shared;
    }

    /// <summary>Another node, whose clock and memory are its own.</summary>
    public Task<TestServer> NodeAsync() => TestServer.StartAsync(DataDirectory);

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
