using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>A test server with a client of PeopleAggregator.</summary>
public sealed class PeopleAggregatorWorld : DialectWorld<PeopleAggregatorWorld>
{
    internal PeopleAggregatorClient Client { get; private set; } = null!;

    private protected override Task<IDisposable[]> OpenAsync() =>
        Task.FromResult<IDisposable[]>([Client = new PeopleAggregatorClient(World.Server.Http)]);
}
