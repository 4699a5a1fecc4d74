using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.OpenId;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.World;

/// <summary>
/// A server with the people and applications that the tests use; each name says what it is for. Start one for each test
/// class or test.
/// </summary>
internal sealed class TestWorld : IAsyncDisposable
{
    /// <summary>The password of every person.</summary>
    public const string Password = "correct horse battery staple";

    public const string GalleryCallback = "http://gallery.example.test/apps/gallery";

    /// <summary>
    /// A store with all people and applications and the keys of OpenID Connect, made once. Copying it is faster than
    /// making them each time.
    /// </summary>
    private static readonly Lazy<Task<(DirectoryInfo Directory, TestApplications Applications)>> RegisteredStore = new(
        async () =>
        {
            TestApplications applications = null!;
            var directory = await LiveServer.KeepStoreAsync(async server =>
            {
                applications = await TestApplications.RegisterAsync(server.Services);
                await server.Services.GetRequiredService<SigningKeys>().RefreshAsync(default);
            });
            return (directory, applications);
        });

    private readonly TestApplications _applications;

    private TestWorld(LiveServer server, TestApplications applications) =>
        (Server, _applications) = (server, applications);

    public LiveServer Server { get; }

    public TestClock Clock => Server.Clock;

    /// <summary>An ordinary person; her display name needs escaping.</summary>
    public Account Alice => _applications.Alice;

    public Account Bob => _applications.Bob;

    /// <summary>A suspended person.</summary>
    public Account Sybil => _applications.Sybil;

    /// <summary>A web application with a callback.</summary>
    public App Gallery => _applications.Gallery;

    /// <summary>A desktop application.</summary>
    public App Uploader => _applications.Uploader;

    /// <summary>A web application in development, which may send unsigned calls.</summary>
    public App Draft => _applications.Draft;

    /// <summary>A web application limited to three calls a minute.</summary>
    public App Frugal => _applications.Frugal;

    /// <summary>A web application that may call from 192.0.2.0/24 only; the tests' address is outside it.</summary>
    public App Fenced => _applications.Fenced;

    /// <summary>A disabled web application.</summary>
    public App Retired => _applications.Retired;

    /// <summary>A service application.</summary>
    public App Janitor => _applications.Janitor;

    /// <param name="settings">Configuration as <c>--Name=value</c>; the data directory cannot be set.</param>
    public static Task<TestWorld> StartAsync(params string[] settings) => StartAsync(GalleryCallback, settings);

    /// <param name="galleryCallback">The gallery's callback, for tests that follow a redirect.</param>
    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<TestWorld> StartAsync(string galleryCallback, string[] settings)
    {
        var world = LiveServer.OnPostgreSql
            ? await RegisterAsync(await LiveServer.StartAsync(settings))
            : await StartOnCopyAsync(settings);
        if (galleryCallback != GalleryCallback)
        {
            await world.Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(
                "UPDATE applications SET callback = @callback WHERE id = @id", ("@callback", galleryCallback),
                ("@id", world.Gallery.Id)));
        }

        return world;
    }

    public static async Task<TestWorld> StartOnPostgreSqlAsync(params string[] settings) =>
        await RegisterAsync(await LiveServer.StartOnPostgreSqlAsync(settings));

    private static async Task<TestWorld> StartOnCopyAsync(string[] settings)
    {
        var (directory, applications) = await RegisteredStore.Value;
        return new TestWorld(await LiveServer.StartAsync(directory, settings), applications);
    }

    private static async Task<TestWorld> RegisterAsync(LiveServer server) =>
        new(server, await TestApplications.RegisterAsync(server.Services));

    /// <summary>
    /// Deletes every API key as another node would. The clock stands still, so this server does not learn of it.
    /// </summary>
    /// <param name="signIn">Signs in with a key, so that the server caches it.</param>
    public async Task DeleteKeysElsewhereAsync(Func<Task> signIn)
    {
        // The first use is noted in the store, so a later one caches the row.
        for (var i = 0; i < 4; i++)
        {
            await signIn();
            await Server.Services.GetRequiredService<CacheInvalidator>().LastPoll;
        }

        await Server.Services.GetRequiredService<Store>().WriteAsync(
            connection => connection.ExecuteAsync("DELETE FROM account_keys"));
    }

    /// <summary>Confirms a handshake without the login page: the person allows the application.</summary>
    public async Task ConfirmAsync(
        string dialect, App application, string token, Account person,
        (TimeSpan? Lifetime, bool Slides)? lifetime = null)
    {
        var handshakes = Server.Services.GetRequiredService<HandshakeStore>();
        var open = await handshakes.FindOpenAsync(dialect, application.Id, token, default);
        Assert.True(await handshakes.ConfirmAsync(open!, person.Id, IPAddress.Loopback, lifetime, default));
    }

    /// <summary>
    /// Changes the store by SQL and invalidates the server's cache, for states that no client can bring about.
    /// </summary>
    public async Task ChangeStoreAsync(string sql)
    {
        await Server.Services.GetRequiredService<Store>().WriteAsync(connection => connection.ExecuteAsync(sql));
        Server.Services.GetRequiredService<CacheInvalidator>().InvalidateAll();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
