using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The complete server in this process, on loopback sockets for http and https, with its own data directory, a clock
/// that the test moves, and a log that the test reads. Password hashes use few iterations, for speed.
/// </summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private const string StoreVariable = "TOKENAUTH_TESTS_STORE";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _directory;

    /// <summary>The server's database; null on SQLite.</summary>
    private readonly PostgreSqlDatabase? _database;

    /// <summary>Whether another server owns the directory and the database.</summary>
    private readonly bool _isGuest;

    /// <summary>
    /// A migrated store with its certificate and keys, made once. Copying it is faster than making one for each test.
    /// </summary>
    private static readonly Lazy<Task<DirectoryInfo>> FreshStore = new(() => KeepStoreAsync(_ => Task.CompletedTask));

    private LiveServer(
        WebApplication app, DirectoryInfo directory, PostgreSqlDatabase? database, TestClock clock, RecordedLog log,
        bool isGuest)
    {
        (_app, _directory, _database, Clock, Log, _isGuest) = (app, directory, database, clock, log, isGuest);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Http = new Uri(addresses.Single(address => address.StartsWith("http:", StringComparison.Ordinal)));
        Https = new Uri(addresses.Single(address => address.StartsWith("https:", StringComparison.Ordinal)));
    }

    public Uri Http { get; }

    public Uri Https { get; }

    public TestClock Clock { get; }

    public RecordedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The server's files on disk.</summary>
    public string DataDirectory => _directory.FullName;

    /// <summary>Whether the tests of all dialects run on PostgreSQL, as this variable requests.</summary>
    public static bool OnPostgreSql => Environment.GetEnvironmentVariable(StoreVariable) == "PostgreSql";

    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<LiveServer> StartAsync(params string[] settings) =>
        await StartAsync(await FreshStore.Value, settings);

    /// <param name="template">The data directory to copy.</param>
    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<LiveServer> StartAsync(DirectoryInfo template, string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-");
        foreach (var file in template.EnumerateFiles())
            file.CopyTo(Path.Combine(directory.FullName, file.Name));
        return await StartAsync(directory, OnPostgreSql ? await PostgreSqlDatabase.CreateAsync() : null, settings);
    }

    /// <summary>
    /// Prepares and stops a server, and returns its data directory as a template. The directory exists until the run
    /// ends.
    /// </summary>
    public static async Task<DirectoryInfo> KeepStoreAsync(Func<LiveServer, Task> prepareAsync)
    {
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-fresh-");
        var server = await StartAsync(directory, database: null, []);
        await prepareAsync(server);
        await server._app.StopAsync();
        await server._app.DisposeAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Delete(recursive: true);
        return directory;
    }

    /// <summary>Starts a server on PostgreSQL, for tests with several nodes.</summary>
    public static async Task<LiveServer> StartOnPostgreSqlAsync(params string[] settings) =>
        await StartAsync(
            Directory.CreateTempSubdirectory("tokenauth-test-"), await PostgreSqlDatabase.CreateAsync(), settings);

    /// <summary>Starts a server on somebody else's store and clock, as one more node.</summary>
    public static Task<LiveServer> StartOnAsync(
        DirectoryInfo directory, PostgreSqlDatabase? database, TestClock clock, params string[] settings) =>
        StartAsync(directory, database, settings, clock);

    /// <summary>Starts another node on the same store and clock, with its own memory. Dispose it first.</summary>
    public Task<LiveServer> StartBesideAsync(params string[] settings) =>
        StartAsync(_directory, _database, settings, Clock);

    /// <summary>
    /// Whether the store holds this text. On SQLite this searches every file, so it also finds deleted rows.
    /// </summary>
    public async Task<bool> KeepsAsync(string text) =>
        _database is null ? HasFileWith(text) : await _database.HasRowWithAsync(text);

    private bool HasFileWith(string text) => _directory.EnumerateFiles().Any(file =>
    {
        using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });

    /// <summary>Creates a client that follows no redirects, stores no cookies and accepts any certificate.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_isGuest)
            return;
        _directory.Delete(recursive: true);
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private static async Task<LiveServer> StartAsync(
        DirectoryInfo directory, PostgreSqlDatabase? database, string[] settings, TestClock? shared = null)
    {
        var (clock, log) = (shared ?? new TestClock(), new RecordedLog());
        var app = Program.Build(
            [
                "--environment=Production", "--hostBuilder:reloadConfigOnChange=false",
                "--urls=http://127.0.0.1:0;https://127.0.0.1:0", $"--TokenAuth:DataDirectory={directory.FullName}",
                .. database?.Arguments ?? [], .. settings],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
                builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log.Provider);
            },
            // In another order than Program.cs, because the order has no meaning.
            [.. TestDialect.All.Reverse().Select(dialect => dialect.Served)]);
        try
        {
            await app.StartServerAsync();
        }
        catch
        {
            await app.DisposeAsync();
            if (shared is null)
                directory.Delete(recursive: true);
            throw;
        }

        return new LiveServer(app, directory, database, clock, log, isGuest: shared is not null);
    }
}
