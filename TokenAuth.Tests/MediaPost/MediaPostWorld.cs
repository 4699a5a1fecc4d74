using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.MediaPost;

/// <summary>A test server with a client of MediaPost.</summary>
public sealed class MediaPostWorld : DialectWorld<MediaPostWorld>
{
    internal MediaPostClient Client { get; private set; } = null!;

    private protected override Task<IDisposable[]> OpenAsync() =>
        Task.FromResult<IDisposable[]>([Client = new MediaPostClient(World)]);
}
