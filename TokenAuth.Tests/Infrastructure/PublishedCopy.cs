namespace TokenAuth.Tests.Infrastructure;

/// <summary>The program as an operator has it: published once for all tests that need it.</summary>
/// <remarks>Where the environment variable <see cref="Variable"/> names a published folder, that one is tested.</remarks>
public sealed class PublishedCopy : IAsyncLifetime
{
    public const string Collection = "The published server";

    /// <summary>Of tests that do no more than run commands: they need not wait for those that load a server or stop it.</summary>
    public const string Commands = "The published commands";

    private const string Variable = "TOKENAUTH_PUBLISHED";

    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    private PublishedFixture? _cast;

    /// <summary>The root of the source tree that these tests were built from.</summary>
    public static string Source { get; } = FindSource();

    public string Folder { get; private set; } = "";

    public string Program => Path.Combine(Folder, "TokenAuth.Web.dll");

    public async ValueTask InitializeAsync() => Folder = await Published.Value;

    public async ValueTask DisposeAsync()
    {
        if (_cast is not null)
            await _cast.Installation.DisposeAsync();
    }

    /// <summary>A new data directory in which somebody and some applications are registered.</summary>
    internal async Task<PublishedFixture> CastAsync()
    {
        _cast ??= await PublishedFixture.RegisterAsync(new PublishedInstallation(this));
        return _cast.CopyTo(new PublishedInstallation(this));
    }

    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return Path.GetFullPath(given);
        var made = Directory.CreateTempSubdirectory("tokenauth-published-copy-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.Delete(recursive: true);
        await using var publish = PublishedProcess.Start(
            Source, [], "publish", "TokenAuth.Web", "-c", "Release", "-o", made.FullName, "--nologo", "-v", "quiet", "--disable-build-servers");
        var done = await publish.ExitAsync(TimeSpan.FromMinutes(6));
        Assert.True(done.Status == 0, $"The server could not be published: {done.Output}{done.Error}");
        return made.FullName;
    }

    private static string FindSource()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
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
