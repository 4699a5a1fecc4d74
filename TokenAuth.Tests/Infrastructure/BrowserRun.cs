using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(BrowserRun))]

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The browser of a test run. The first test that asks for it starts it. It is an installed browser, because Playwright
/// would have to download its own. It can reach the loopback only, whatever address a page requests.
/// </summary>
public sealed class BrowserRun : IAsyncDisposable
{
    /// <summary>The timeout for any step in a page; generous, for a busy machine.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The headless shell comes first: it draws no windows, which cost the other browsers most of their time.
    /// </summary>
    private static readonly string[] Names =
        ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Switches =
    [
        "--no-sandbox", // useless to root, which runs tests in containers
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        "--disable-quic",
        "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)?>> _started = new(LaunchAsync);

    /// <summary>Without a browser the test is skipped, or fails where the run must skip nothing.</summary>
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
        Assertions.SetDefaultExpectTimeout((float)Timeout.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return (
            playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Switches }));
    }

    private static string? FindInstalled() =>
        (from name in Names
         from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
             Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(directory, name)
         where File.Exists(file)
         select file).FirstOrDefault();
}
