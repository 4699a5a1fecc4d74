using Microsoft.Playwright;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The one real browser of a test run: an installed one, because Playwright's own has to be downloaded. It reaches the
/// loopback and nothing else, whatever a page asks for.
/// </summary>
public sealed class BrowserRun : IAsyncLifetime
{
    public const string Collection = "browser";

    /// <summary>How long anything in a page may take on a machine that has other things to do.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Switches =
    [
        "--no-sandbox", // of no use to root, who runs tests in containers
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
        "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where there is none, the test that asks is skipped; or it fails, where a run must leave nothing out.</summary>
    internal IBrowser Browser
    {
        get
        {
            if (_browser is not null)
                return _browser;
            var reason = $"No browser is installed: none of {string.Join(", ", Names)} is on the PATH.";
            if (Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_REQUIRE") == "all")
                Assert.Fail(reason);
            Assert.Skip(reason);
            return null!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (FindInstalled() is not { } executable)
            return;
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Switches });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? FindInstalled() =>
        (from name in Names
         from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(directory, name)
         where File.Exists(file)
         select file).FirstOrDefault();
}

[CollectionDefinition(BrowserRun.Collection)]
public sealed class BrowserCollection : ICollectionFixture<BrowserRun>;
