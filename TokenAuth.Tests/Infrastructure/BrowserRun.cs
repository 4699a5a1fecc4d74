using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(BrowserRun))]

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The one real browser of a test run, started by the first test that asks for it: an installed one, because Playwright's own
/// has to be downloaded. It reaches the loopback and nothing else, whatever a page asks for.
/// </summary>
public sealed class BrowserRun : IAsyncDisposable
{
    /// <summary>How long anything in a page may take on a machine that has other things to do.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The first is the same without windows of its own, which nobody sees here and which take most of the others' time.</summary>
    private static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Switches =
    [
        "--no-sandbox", // of no use to root, who runs tests in containers
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
        "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)?>> _started = new(LaunchAsync);

    /// <summary>Where there is none, the test that asks is skipped; or it fails, where a run must leave nothing out.</summary>
    internal async Task<IBrowser> BrowserAsync()
    {
        if (await _started.Value is { Browser: var browser })
            return browser;
        var reason = $"No browser is installed: none of {string.Join(", ", Names)} is on the PATH.";
        if (Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_REQUIRE") == "all")
            Assert.Fail(reason);
        Assert.Skip(reason);
        return null!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated || await _started.Value is not var (playwright, browser))
            return;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)?> LaunchAsync()
    {
        if (FindInstalled() is not { } executable)
            return null;
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Switches }));
    }

    private static string? FindInstalled() =>
        (from name in Names
         from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(directory, name)
         where File.Exists(file)
         select file).FirstOrDefault();
}
