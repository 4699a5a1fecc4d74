using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
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

    /// <summary>A store in which the cast is registered, made once and copied, which is faster than registering it each time.</summary>
    private static readonly Lazy<Task<(DirectoryInfo Directory, TestApplications Cast)>> CastStore = new(async () =>
    {
        TestApplications cast = null!;
        var directory = await LiveServer.KeepStoreAsync(async server => cast = await TestApplications.RegisterAsync(server.Services));
        return (directory, cast);
    });

    private readonly TestApplications _cast;

    private TestWorld(LiveServer server, TestApplications cast) => (Server, _cast) = (server, cast);

    public LiveServer Server { get; }

    public TestClock Clock => Server.Clock;

    /// <summary>An ordinary person; her display name needs escaping.</summary>
    public Account Alice => _cast.Alice;

    public Account Bob => _cast.Bob;

    /// <summary>Suspended.</summary>
    public Account Sybil => _cast.Sybil;

    /// <summary>A web application with a callback.</summary>
    public App Gallery => _cast.Gallery;

    /// <summary>A desktop application.</summary>
    public App Uploader => _cast.Uploader;

    /// <summary>A web application that is still being written, so it may call unsigned.</summary>
    public App Draft => _cast.Draft;

    /// <summary>A web application that may call three times in a minute.</summary>
    public App Frugal => _cast.Frugal;

    /// <summary>A web application that may call from 192.0.2.0/24 only, which is not where tests are.</summary>
    public App Fenced => _cast.Fenced;

    /// <summary>A web application that was switched off.</summary>
    public App Retired => _cast.Retired;

    /// <summary>A service application.</summary>
    public App Janitor => _cast.Janitor;

    /// <param name="settings">Configuration as <c>--Name=value</c>; another data directory is no setting for a world.</param>
    public static Task<TestWorld> StartAsync(params string[] settings) => StartAsync(GalleryCallback, settings);

    /// <param name="galleryCallback">Where the gallery listens, for tests that follow a redirect.</param>
    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<TestWorld> StartAsync(string galleryCallback, string[] settings)
    {
        var world = LiveServer.OnPostgreSql ? await RegisterAsync(await LiveServer.StartAsync(settings)) : await StartOnCopyAsync(settings);
        if (galleryCallback != GalleryCallback)
        {
            await world.Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(
                "UPDATE applications SET callback = @callback WHERE id = @id", ("@callback", galleryCallback), ("@id", world.Gallery.Id)));
        }

        return world;
    }

    public static async Task<TestWorld> StartOnPostgreSqlAsync(params string[] settings) =>
        await RegisterAsync(await LiveServer.StartOnPostgreSqlAsync(settings));

    private static async Task<TestWorld> StartOnCopyAsync(string[] settings)
    {
        var (directory, cast) = await CastStore.Value;
        return new TestWorld(await LiveServer.StartAsync(directory, settings), cast);
    }

    private static async Task<TestWorld> RegisterAsync(LiveServer server) => new(server, await TestApplications.RegisterAsync(server.Services));

    /// <summary>What happens on the login page, without the page: the person allows the application.</summary>
    public async Task ConfirmAsync(string dialect, App application, string token, Account person, (TimeSpan? Lifetime, bool Slides)? lifetime = null)
    {
        var handshakes = Server.Services.GetRequiredService<HandshakeStore>();
        var open = await handshakes.FindOpenAsync(dialect, application.Id, token, default);
        Assert.True(await handshakes.ConfirmAsync(open!, person.Id, IPAddress.Loopback, lifetime, default));
    }

    /// <summary>For what cannot be brought about from outside; the server takes note at once, as if it had been its own doing.</summary>
    public async Task ChangeStoreAsync(string sql)
    {
        await Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(sql));
        Server.Services.GetRequiredService<CacheInvalidator>().InvalidateAll();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
