namespace TokenAuth.Tests.Infrastructure;

/// <summary>The program as an operator runs it, published once for all tests that need it.</summary>
/// <remarks>
/// If the environment variable <see cref="Variable"/> names a published folder, the tests use that one.
/// </remarks>
public sealed class PublishedCopy : IAsyncLifetime
{
    public const string Collection = "The published server";

    /// <summary>For tests that only run commands: they need not wait for tests that load or stop a server.</summary>
    public const string Commands = "The published commands";

    private const string Variable = "TOKENAUTH_PUBLISHED";

    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    private PublishedFixture? _fixture;

    /// <summary>The root of the source tree that these tests were built from.</summary>
    public static string Source { get; } = FindSource();

    public string Folder { get; private set; } = "";

    public string Program => Path.Combine(Folder, "TokenAuth.Web.dll");

    public async ValueTask InitializeAsync() => Folder = await Published.Value;

    public async ValueTask DisposeAsync()
    {
        if (_fixture is not null)
            await _fixture.Installation.DisposeAsync();
    }

    /// <summary>Makes a data directory with one account and two applications.</summary>
    internal async Task<PublishedFixture> CastAsync()
    {
        _fixture ??= await PublishedFixture.RegisterAsync(new PublishedInstallation(this));
        return _fixture.CopyTo(new PublishedInstallation(this));
    }

    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return Path.GetFullPath(given);
        var made = Directory.CreateTempSubdirectory("tokenauth-published-copy-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.Delete(recursive: true);
        await using var publish = PublishedProcess.Start(
            Source, [], "publish", "TokenAuth.Web", "-c", "Release", "-o", made.FullName, "--nologo", "-v", "quiet",
            "--disable-build-servers");
        var done = await publish.ExitAsync(TimeSpan.FromMinutes(6));
        Assert.True(done.Status == 0, $"The server could not be published: {done.Output}{done.Error}");
        return made.FullName;
    }

    private static string FindSource()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory);
            directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TokenAuth.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("TokenAuth.sln is in no directory above the tests.");
    }
}

[CollectionDefinition(PublishedCopy.Collection)]
public sealed class PublishedCollection : ICollectionFixture<PublishedCopy>;

[CollectionDefinition(PublishedCopy.Commands)]
public sealed class PublishedCommandsCollection : ICollectionFixture<PublishedCopy>;
