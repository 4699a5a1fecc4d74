using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.Login.Upstream;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>
/// The environment of one browser test: a server, the gallery's own server, and a browser in front of them. A test that
/// fails leaves a screenshot and the page in TestResults/browser. A test that passes still fails here if the browser
/// complained.
/// </summary>
internal sealed partial class BrowserFixture(
    BrowserRun run, BrowserNewContextOptions? options = null) : IAsyncDisposable
{
    private readonly List<BrowserWindow> _windows = [];

    public TestWorld World { get; private set; } = null!;

    public CallbackListener Gallery { get; private set; } = null!;

    public MediaPostClient Client { get; private set; } = null!;

    public IpernityClient Ipernity { get; private set; } = null!;

    public OAuthClient OAuth { get; private set; } = null!;

    public BrowserWindow Window => _windows[0];

    public IPage Page => Window.Page;

    /// <summary>The mail server; null before <see cref="UseMailAsync"/>.</summary>
    public MailHost? Mail { get; private set; }

    /// <summary>The upstream provider; null before <see cref="UseProviderAsync"/>.</summary>
    public TestProvider? Provider { get; private set; }

    /// <summary>Whether the server marks its texts (<see cref="PageAudit.MarkTexts"/>).</summary>
    public bool MarksTexts
    {
        get;
        set
        {
            field = value;
            PageAudit.MarkTexts(World.Server.Services, value);
        }
    }

    /// <summary>Set by the few tests that make the browser complain on purpose.</summary>
    public bool ComplaintsAreMeant { get; set; }

    public async ValueTask OpenAsync()
    {
        var browser = await run.BrowserAsync();
        Gallery = await CallbackListener.StartAsync();
        World = await TestWorld.StartAsync(Gallery.Callback, [FormBrowser.TrustedProxy]);
        OpenClients();
        _windows.Add(await BrowserWindow.OpenAsync(browser, options ?? new()));
    }

    /// <summary>Goes on with a fresh server that sends mail.</summary>
    public async Task<MailHost> UseMailAsync()
    {
        await World.DisposeAsync();
        Mail = MailHost.Start();
        var (http, https) = (Tool.FreePort(), Tool.FreePort());
        World = await TestWorld.StartAsync(
            Gallery.Callback,
            [
                .. Mail.Arguments, $"--TokenAuth:PublicUrl=http://{(UsesName ? "localhost" : "127.0.0.1")}:{http}",
                $"--urls=http://127.0.0.1:{http};https://127.0.0.1:{https}",
            ]);
        OpenClients();
        PageAudit.MarkTexts(World.Server.Services, MarksTexts);
        return Mail;
    }

    /// <summary>Goes on with a fresh server whose people can sign in through a provider.</summary>
    public async Task<TestProvider> UseProviderAsync()
    {
        Provider = await TestProvider.StartAsync(() => World.Clock.GetUtcNow());
        await RestartAsync(Provider.Settings);
        return Provider;
    }

    /// <summary>Goes on with a fresh server.</summary>
    public async Task RestartAsync(params string[] settings)
    {
        await World.DisposeAsync();
        World = await TestWorld.StartAsync(Gallery.Callback, [FormBrowser.TrustedProxy, .. settings]);
        OpenClients();
        PageAudit.MarkTexts(World.Server.Services, MarksTexts);
    }

    private void OpenClients() => (Client, Ipernity, OAuth) =
        (new MediaPostClient(World), new IpernityClient(World), new OAuthClient(World.Server));

    /// <summary>Another person's browser, or the same person's on another machine.</summary>
    public async Task<BrowserWindow> OpenOtherBrowserAsync()
    {
        var window = await BrowserWindow.OpenAsync(await run.BrowserAsync(), new());
        _windows.Add(window);
        return window;
    }

    /// <summary>
    /// Whether pages are opened at http://localhost, because browsers have no passkeys at addresses of numbers.
    /// </summary>
    public bool UsesName { get; set; }

    /// <summary>The server's address, as the browser uses it.</summary>
    public Uri Home => UsesName ? new UriBuilder(World.Server.Http) { Host = "localhost" }.Uri : World.Server.Http;

    public Task ArriveSignedInAsync(string login) => Page.ArriveSignedInAsync(Home, login);

    public string Address(string path) => new Uri(Home, path).AbsoluteUri;

    /// <summary>The link to the login script, as an application makes it.</summary>
    public string LoginLink(App application, params (string Name, string Value)[] parameters) =>
        Address("/login.php") + Query(application, parameters);

    public string SecureLoginLink(App application, params (string Name, string Value)[] parameters) =>
        new Uri(World.Server.Https, "/login.php").AbsoluteUri + Query(application, parameters);

    /// <summary>The link to the page that gives codes for programs, as a program prints it.</summary>
    public string CodeLink(App application) => Address("/code_gen.php") + Query(application, []);

    public async Task<string> CreateTokenAsync(App application) =>
        TokenText().Match(await Client.CallAsync(application, "Up.auth.createToken")).Value;

    /// <summary>A token requested from an address that is not this machine's.</summary>
    public Task<string> OpenHandshakeFromElsewhereAsync(App application) =>
        OpenHandshakeFromElsewhereAsync("mediapost", application, new string('7', 38));

    public async Task<string> OpenHandshakeFromElsewhereAsync(string dialect, App application, string token)
    {
        await World.Server.Services.GetRequiredService<HandshakeStore>().OpenAsync(
            new NewHandshake(
                dialect, token, application.Id, TimeSpan.FromMinutes(10), TimeSpan.FromHours(24), SessionSlides: false,
                IPAddress.Parse("203.0.113.9")),
            default);
        return token;
    }

    /// <summary>Makes the browser prefer this language from the next page on.</summary>
    public Task UseLanguageAsync(string code) => Page.Context.SetExtraHTTPHeadersAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept-Language"] = code });

    /// <summary>Makes the browser come from this address, as a proxy in front of the server reports it.</summary>
    public Task ComeFromAsync(string address) => Page.Context.SetExtraHTTPHeadersAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Forwarded-For"] = address });

    /// <summary>Registers another web application; without a callback, another desktop application.</summary>
    public async Task<App> RegisterAsync(string name, string? callback)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        var (application, secret) =
            await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>().AddAsync(
                new NewApplication(
                    name, callback is null ? ApplicationKind.Desktop : ApplicationKind.Web, callback, [], [],
                    Quota: null, Nonproduction: false),
                default);
        return new App(application.Id, application.ApiKey, secret, name);
    }

    /// <summary>A link with which the person chooses a new password.</summary>
    public async Task<string> ResetLinkAsync(Account person) => Address(
        "/reset?token="
        + await World.Server.Services.GetRequiredService<PasswordResets>().MakeAsync(
            person.Id, by: null, from: null, default));

    /// <summary>Records that the person has allowed the application some time ago.</summary>
    public async Task AllowQuietlyAsync(App application, Account person) =>
        await World.ConfirmAsync("mediapost", application, await CreateTokenAsync(application), person);

    /// <summary>Makes a successful exchange and returns the session_key.</summary>
    public async Task<string> OpenSessionAsync(App application, Account person)
    {
        var token = await CreateTokenAsync(application);
        await World.ConfirmAsync("mediapost", application, token, person);
        return (await GetSessionAsync(application, token)).GetProperty("session_key").GetString()!;
    }

    /// <summary>Opens sessions of programs at several addresses.</summary>
    public async Task OpenSessionsAsync(Account person, int count)
    {
        var sessions = World.Server.Services.GetRequiredService<SessionStore>();
        for (var i = 0; i < count; i++)
        {
            await sessions.IssueAsync(
                new NewSession(
                    "peopleaggregator",
                    $"session {i}",
                    null,
                    null,
                    person.Id,
                    "",
                    null,
                    Slides: false,
                    IPAddress.Parse($"192.0.2.{i % 100 + 1}")),
                default);
        }
    }

    /// <summary>Whether the server accepts this cookie from another client, as a thief would send it.</summary>
    public async Task<bool> IsSignedInWithAsync(BrowserContextCookiesResult cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("/account"));
        request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
        using var response = await Client.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public static (string, string) Carrying(string token) => ("auth_token", token);

    /// <summary>The session or the error.</summary>
    public async Task<JsonElement> GetSessionAsync(App application, string token) =>
        JsonDocument.Parse(await Client.CallSecurelyAsync(
            application, application.Secret, "Up.auth.getSession", ("auth_token", token),
            ("format", "JSON"))).RootElement;

    public async ValueTask DisposeAsync()
    {
        try
        {
            string[] complaints = ComplaintsAreMeant ? [] : [.. _windows.SelectMany(window => window.Complaints)];
            var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
            if (failed || complaints.Length > 0)
                await KeepEvidenceAsync();
            if (!failed)
                Assert.Empty(complaints);
        }
        finally
        {
            foreach (var window in _windows)
                await window.DisposeAsync();
            Client?.Dispose();
            Ipernity?.Dispose();
            OAuth?.Dispose();
            if (World is not null)
                await World.DisposeAsync();
            if (Gallery is not null)
                await Gallery.DisposeAsync();
            if (Mail is not null)
                await Mail.DisposeAsync();
            if (Provider is not null)
                await Provider.DisposeAsync();
        }
    }

    private static string Query(App application, (string Name, string Value)[] parameters) => QueryString.Create(
        [
            new("api_key", application.ApiKey),
            new("v", "1.0"),
            .. parameters.Select(p => KeyValuePair.Create<string, string?>(p.Name, p.Value)),
        ]).ToUriComponent();

    private async Task KeepEvidenceAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "TokenAuth.sln")))
            root = root.Parent;
        var test = NotInFileNames().Replace(TestContext.Current.Test!.TestDisplayName, "_").Replace(
            typeof(BrowserFixture).Namespace + ".", "", StringComparison.Ordinal);
        for (var window = 0; window < _windows.Count; window++)
        {
            await _windows[window].KeepEvidenceAsync(Path.Combine(
                root?.FullName ?? AppContext.BaseDirectory, "TestResults", "browser",
                test[..Math.Min(test.Length, 180)], $"window-{window + 1}"));
        }
    }

    [GeneratedRegex("(?<=>)[0-9a-f]{38}(?=<)")]
    private static partial Regex TokenText();

    [GeneratedRegex("[^A-Za-z0-9_.-]+")]
    private static partial Regex NotInFileNames();
}
