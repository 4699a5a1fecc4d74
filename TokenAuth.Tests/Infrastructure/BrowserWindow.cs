using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A browser window with its own cookies. It records every error and warning of the console, and every request to
/// another host.
/// </summary>
internal sealed class BrowserWindow : IAsyncDisposable
{
    /// <summary>
    /// Whether this environment variable requests traces. They make browser tests about a tenth slower.
    /// </summary>
    private static readonly bool IsTraced =
        Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_TRACE") is { Length: > 0 };

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<(string Text, string Location)> _messages = new();
    private readonly ConcurrentDictionary<string, int> _refusedDocuments = new(StringComparer.Ordinal);

    private BrowserWindow(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _messages.Enqueue((message.Text, message.Location));
        };
        context.WebError += (_, failure) => _messages.Enqueue((failure.Error, ""));
        context.Response += (_, response) =>
        {
            if (response.Status >= 400 && response.Request.IsNavigationRequest)
                _refusedDocuments[response.Url] = response.Status;
        };
        context.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal) && new Uri(request.Url).Host is not ("127.0.0.1" or "localhost"))
                _messages.Enqueue(("This host was left", request.Url));
        };
    }

    public IPage Page { get; }

    /// <summary>
    /// The recorded messages, except those about pages that answered with an error status on purpose.
    /// </summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. from message in _messages
           where !(message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
               && _refusedDocuments.Keys.Any(url => message.Location.StartsWith(url, StringComparison.Ordinal)))
           select $"{message.Text} ({message.Location})",
    ];

    public static async Task<BrowserWindow> OpenAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        options.IgnoreHTTPSErrors = true;
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)BrowserRun.Timeout.TotalMilliseconds);
        if (IsTraced)
            await context.Tracing.StartAsync(new() { Snapshots = true });
        return new BrowserWindow(context, await context.NewPageAsync());
    }

    /// <summary>The cookie of the signed-in account, over http or https.</summary>
    public async Task<BrowserContextCookiesResult> SignInCookieAsync() =>
        Assert.Single(await _context.CookiesAsync(), cookie => cookie.Name is "TokenAuth" or "__Host-TokenAuth");

    public Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync() => _context.CookiesAsync();

    /// <summary>Saves a screenshot, the page and, if there is one, the trace: they show why a test failed.</summary>
    public async Task KeepEvidenceAsync(string directory)
    {
        await Page.ScreenshotAsync(new() { Path = Path.Combine(directory, "page.png"), FullPage = true });
        await File.WriteAllTextAsync(Path.Combine(directory, "page.html"), await Page.ContentAsync());
        if (IsTraced)
            await _context.Tracing.StopAsync(new() { Path = Path.Combine(directory, "trace.zip") });
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
