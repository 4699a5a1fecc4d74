using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Documentation;

/// <summary>Runs the example on each dialect's page exactly as printed, with the tools that the page names.</summary>
public sealed class ExampleTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task MediaPost()
    {
        var variables = Of(_world.Gallery);
        Assert.Equal(2, await Page.Read("dialects/mediapost.md", "sh").PerformAsync(
            _world.Server.Http, variables, [("TOKEN", ">([0-9a-f]+)</auth_createToken")],
            () => _world.ConfirmAsync("mediapost", _world.Gallery, variables["TOKEN"], _world.Alice)));
    }

    [Fact]
    public async Task Ipernity()
    {
        var variables = Of(_world.Uploader);
        Assert.Equal(3, await Page.Read("dialects/ipernity.md", "sh").PerformAsync(
            _world.Server.Http, variables, [("FROB", "\"frob\":\"([^\"]+)"), ("TOKEN", "\"token\":\"([^\"]+)")],
            async () =>
            {
                var handshakes = _world.Server.Services.GetRequiredService<HandshakeStore>();
                var open = await handshakes.FindOpenAsync("ipernity", _world.Uploader.Id, variables["FROB"], default);
                Assert.True(
                    await handshakes.ConfirmAsync(
                        open!, _world.Alice.Id, IPAddress.Loopback, lifetime: null, default, "doc=write"));
            }));
    }

    [Fact]
    public async Task Dreamwidth()
    {
        var key = await _world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            _world.Alice.Id, "The page's example", null, default);
        Assert.Equal(
            1, await Page.Read("dialects/dreamwidth.md", "python")
                .PerformAsync(_world.Server.Http, new(StringComparer.Ordinal) { ["API_KEY"] = key }));
    }

    [Fact]
    public async Task PeopleAggregator() =>
        Assert.Equal(2, await Page.Read("dialects/peopleaggregator.md", "sh").PerformAsync(
            _world.Server.Http, new(StringComparer.Ordinal) { ["PASSWORD"] = TestWorld.Password },
            [("TOKEN", "\"authToken\":\"([^\"]+)")]));

    [Fact]
    public async Task PeopleAggregator_with_a_library()
    {
        var page = Page.Read("dialects/peopleaggregator.md", "python");
        Assert.Equal(1, await page.PerformAsync(
            _world.Server.Http, new(StringComparer.Ordinal) { ["PASSWORD"] = TestWorld.Password }));
    }

    /// <summary>The example reads the machine's clock, so the server's clock is set to the same time.</summary>
    [Fact]
    public async Task Wetpaint_and_introspection()
    {
        _world.Clock.Advance(TimeProvider.System.GetUtcNow() - _world.Clock.GetUtcNow());
        var variables = Of(await WikiAsync());
        Assert.Equal(
            1, await Page.Read("dialects/wetpaint.md", "php")
                .PerformAsync(_world.Server.Http, variables, [("TICKET", "<ticket>([0-9a-f]{64})</ticket>")]));

        Assert.Equal(1, await Page.Read("introspection.md", "sh").PerformAsync(_world.Server.Http, variables));
    }

    private async Task<App> WikiAsync()
    {
        await using var scope = _world.Server.Services.CreateAsyncScope();
        var (application, secret) = await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>()
            .AddAsync(
                new NewApplication(
                    "My wiki", ApplicationKind.Web, Callback: null, ["mywiki"], [], Quota: null, Nonproduction: false),
                default);
        return new App(application.Id, application.ApiKey, secret, application.Name);
    }

    private static Dictionary<string, string> Of(App application) =>
        new(StringComparer.Ordinal) { ["KEY"] = application.ApiKey, ["SECRET"] = application.Secret };
}
