using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Tokens;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.World;

/// <summary>
/// The one cast of people and applications that tests act with, each there for what its name says. Make one per test class
/// or per test; it is a server of its own.
/// </summary>
internal sealed class TestWorld : IAsyncDisposable
{
    /// <summary>Everybody's password.</summary>
    public const string Password = "correct horse battery staple";

    public const string GalleryCallback = "http://gallery.example.test/apps/gallery";

    private TestWorld(TestServer server) => Server = server;

    public TestServer Server { get; }

    public TestClock Clock => Server.Clock;

    /// <summary>An ordinary person; her display name needs escaping.</summary>
    public required Account Alice { get; init; }

    public required Account Bob { get; init; }

    /// <summary>Suspended.</summary>
    public required Account Sybil { get; init; }

    /// <summary>A web application with a callback.</summary>
    public required App Gallery { get; init; }

    /// <summary>A desktop application.</summary>
    public required App Uploader { get; init; }

    /// <summary>A web application that is still being written, so it may call unsigned.</summary>
    public required App Draft { get; init; }

    /// <summary>A web application that may call three times in a minute.</summary>
    public required App Frugal { get; init; }

    /// <summary>A web application that may call from 192.0.2.0/24 only, which is not where tests are.</summary>
    public required App Fenced { get; init; }

    /// <summary>A web application that was switched off.</summary>
    public required App Retired { get; init; }

    /// <summary>A service application.</summary>
    public required App Janitor { get; init; }

    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static Task<TestWorld> StartAsync(params string[] settings) => StartAsync(GalleryCallback, settings);

    /// <param name="galleryCallback">Where the gallery listens, for tests that follow a redirect.</param>
    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<TestWorld> StartAsync(string galleryCallback, string[] settings)
    {
        return await CastAsync(await TestServer.StartAsync(settings), galleryCallback);
    }

    public static async Task<TestWorld> StartOnPostgreSqlAsync(params string[] settings) =>
        await CastAsync(await TestServer.StartOnPostgreSqlAsync(settings), GalleryCallback);

    private static async Task<TestWorld> CastAsync(TestServer server, string galleryCallback)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        var applications = scope.ServiceProvider.GetRequiredService<ApplicationAdministration>();

        async Task<Account> PersonAsync(string login, string name) =>
            (await accounts.AddAsync(new NewAccount(login, $"{login}@example.test", name, Password), default)).Account!;

        async Task<App> AppAsync(
            string name, ApplicationKind kind, string? callback = null, string[]? networks = null, (long, TimeSpan)? quota = null, bool nonproduction = false)
        {
            var (application, secret) = await applications.AddAsync(new NewApplication(name, kind, callback, [], networks ?? [], quota, nonproduction), default);
            return new App(application.Id, application.ApiKey, secret, name);
        }

        var world = new TestWorld(server)
        {
            Alice = await PersonAsync("Alice", "Alice \"Ally\" <Müller> & Co"),
            Bob = await PersonAsync("bob_2", "Bob"),
            Sybil = await PersonAsync("sybil", "Sybil"),
            Gallery = await AppAsync("Gallery", ApplicationKind.Web, galleryCallback),
            Uploader = await AppAsync("Uploader", ApplicationKind.Desktop),
            Draft = await AppAsync("Draft", ApplicationKind.Web, GalleryCallback, nonproduction: true),
            Frugal = await AppAsync("Frugal", ApplicationKind.Web, GalleryCallback, quota: (3, TimeSpan.FromMinutes(1))),
            Fenced = await AppAsync("Fenced", ApplicationKind.Web, GalleryCallback, networks: ["192.0.2.0/24"]),
            Retired = await AppAsync("Retired", ApplicationKind.Web, GalleryCallback),
            Janitor = await AppAsync("Janitor", ApplicationKind.Service),
        };
        await accounts.SetStateAsync(world.Sybil, AccountState.Suspended, default);
        await applications.SetEnabledAsync(world.Retired.ApiKey, enabled: false, default);
        return world;
    }

    /// <summary>What happens on the login page, without the page: the person allows the application.</summary>
    public async Task ConfirmAsync(string dialect, App application, string token, Account person, (TimeSpan? Lifetime, bool Slides)? lifetime = null)
    {
        var handshakes = Server.Services.GetRequiredService<Handshakes>();
        var open = await handshakes.FindOpenAsync(dialect, application.Id, token, default);
        Assert.True(await handshakes.ConfirmAsync(open!, person.Id, lifetime, default));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>An application as its makers know it.</summary>
internal sealed record App(long Id, string ApiKey, string Secret, string Name);
