using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>Tests that each have their own server and browser window.</summary>
public abstract class BrowserTests(BrowserRun run, BrowserNewContextOptions? options = null) : IAsyncLifetime
{
    private protected readonly BrowserFixture _fixture = new(run, options);

    public ValueTask InitializeAsync() => _fixture.OpenAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
