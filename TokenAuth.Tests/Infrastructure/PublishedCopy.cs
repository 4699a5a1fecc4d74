namespace TokenAuth.Tests.Infrastructure;

/// <summary>The program as an operator has it: published once for all tests that need it.</summary>
/// <remarks>Where the environment variable <see cref="Variable"/> names a published folder, that one is tested.</remarks>
public sealed class PublishedCopy : IAsyncLifetime
{
    public const string Collection = "The published server";

    private const string Variable = "TOKENAUTH_PUBLISHED";

    private DirectoryInfo? _made;
    private PublishedCast? _cast;

    /// <summary>The root of the source tree that these tests were built from.</summary>
    public static string Source { get; } = FindSource();

    public string Folder { get; private set; } = "";

    public string Program => Path.Combine(Folder, "TokenAuth.Web.dll");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            Folder = Path.GetFullPath(given);
            return;
        }

        _made = Directory.CreateTempSubdirectory("tokenauth-published-copy-");
        Folder = _made.FullName;
        await using var publish = PublishedProcess.Start(
            Source, [], "publish", "TokenAuth.Web", "-c", "Release", "-o", Folder, "--nologo", "-v", "quiet", "--disable-build-servers");
        var done = await publish.ExitAsync(TimeSpan.FromMinutes(6));
        Assert.True(done.Status == 0, $"The server could not be published: {done.Output}{done.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cast is not null)
            await _cast.Installation.DisposeAsync();
        _made?.Delete(recursive: true);
    }

    /// <summary>A new data directory in which somebody and some applications are registered.</summary>
    internal async Task<PublishedCast> CastAsync()
    {
        _cast ??= await PublishedCast.RegisterAsync(this);
        return _cast.CopyTo(new PublishedInstallation(this));
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
