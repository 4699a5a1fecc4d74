using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>A form of a page, with what a browser sends if a person presses this button.</summary>
internal sealed record FuzzForm(string Target, string Verb, IReadOnlyList<(string Name, string Value)> Fields);

/// <summary>
/// A server with accounts, applications and sessions. Requests may destroy any of them, so all are replaced now and
/// then.
/// </summary>
internal sealed class FuzzWorld : IAsyncDisposable
{
    public const string Password = PublishedInstallation.Password;

    public const string Callback = "https://photos.example.test/back?from=fuzz";

    private const string Proxies = "--TokenAuth:Proxies=127.0.0.1";

    private const string Console = "--TokenAuth:Console:Registration=Open";

    private static readonly string[] ErrorLevels = [" fail: ", " crit: "];

    private readonly IServiceProvider _services;
    private readonly IAsyncDisposable[] _owned;
    private int _renewals;

    /// <param name="services">Services on the server's store, in this process.</param>
    private FuzzWorld(
        Uri server, IServiceProvider services, IEnumerable<Endpoint> endpoints, params IAsyncDisposable[] owned)
    {
        (Server, _services, _owned) = (server, services, owned);
        Dialects = services.GetRequiredService<ServedDialects>().Documented;
        Routes =
        [
            .. endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
        ];
    }

    public Uri Server { get; }

    public IReadOnlyList<DocumentedDialect> Dialects { get; }

    /// <summary>The patterns of all addresses but those of files.</summary>
    public IReadOnlyList<string> Routes { get; }

    public DateTimeOffset Now => _services.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Returns what the server has logged as an error since the last call.</summary>
    public required Func<IReadOnlyList<string>> NewErrors { get; init; }

    /// <summary>What happens between two requests.</summary>
    public Action Pause { get; private init; } = () => { };

    /// <summary>An administrator, whose browser has signed in.</summary>
    public FoundAccount Person { get; private set; } = null!;

    public string Cookies { get; private set; } = "";

    /// <summary>Another person, with a key for programs.</summary>
    public FoundAccount Other { get; private set; } = null!;

    public string OtherKey { get; private set; } = "";

    /// <summary>The person's applications.</summary>
    public IReadOnlyDictionary<ApplicationKind, (Application Application, string Secret)> Apps { get; private set; } =
        new Dictionary<ApplicationKind, (Application, string)>();

    /// <summary>An application of nobody's.</summary>
    public (Application Application, string Secret) Foreign { get; private set; }

    /// <summary>A session of each dialect, of the other person with the other application.</summary>
    public IReadOnlyList<string> ForeignTexts { get; private set; } = [];

    public IReadOnlyList<FuzzForm> Forms { get; private set; } = [];

    /// <summary>What no answer may contain.</summary>
    public IReadOnlyList<string> Secrets =>
        [Password, OtherKey, Foreign.Secret, .. Apps.Values.Select(app => app.Secret), .. ForeignTexts];

    /// <summary>
    /// Starts the server in this process, with cheap hashes of passwords, and a clock that only requests move.
    /// </summary>
    public static async Task<FuzzWorld> StartAsync()
    {
        var own = await TestWorld.StartAsync("--ReloadStaticAssetsAtRuntime=false", Proxies, Console);
        var (server, seen) = (own.Server, 0);
        var world = new FuzzWorld(
            server.Http, server.Services, server.Services.GetRequiredService<EndpointDataSource>().Endpoints, own)
        {
            NewErrors = () =>
            {
                var errors = server.Log.Errors.Skip(seen).ToList();
                seen += errors.Count;
                return errors;
            },
            Pause = () => server.Clock.Advance(TimeSpan.FromSeconds(1)),
        };
        await world.RenewAsync();
        return world;
    }

    /// <summary>Starts a published server. This process has a node without a listener on the same store.</summary>
    public static async Task<FuzzWorld> StartAsync(PublishedCopy copy)
    {
        var installation = new PublishedInstallation(copy);
        var side = Program.Build(
            [
                "--environment=Production", "--hostBuilder:reloadConfigOnChange=false",
                $"--TokenAuth:DataDirectory={installation.Data}", Console,
            ],
            builder =>
            {
                builder.Services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
                builder.Logging.ClearProviders();
            });
        await side.Services.PrepareStoreAsync();
        var server = await installation.ServeAsync(Proxies, Console);
        var read = 0;
        var world = new FuzzWorld(
            server.Http, side.Services,
            ((IEndpointRouteBuilder)side).DataSources.SelectMany(source => source.Endpoints), side, installation)
        {
            NewErrors = () =>
            {
                var log = server.Process.OutputFrom(read);
                read += log.Length;
                return [.. log.Split('\n').Where(line => ErrorLevels.Any(line.Contains))];
            },
        };
        await world.RenewAsync();
        return world;
    }

    /// <summary>Replaces the accounts, applications and sessions, and reads the forms of all pages.</summary>
    public async Task RenewAsync()
    {
        var round = _renewals++;
        Person = await AddPersonAsync($"Fuzz{round}", isAdmin: true);
        Other = await AddPersonAsync($"other{round}", isAdmin: false);
        OtherKey = await _services.GetRequiredService<AccountKeys>().AddAsync(Other.Id, "fuzz", null, default);
        var apps = new Dictionary<ApplicationKind, (Application, string)>();
        foreach (var kind in Enum.GetValues<ApplicationKind>())
            apps[kind] = await AddAppAsync($"{kind} <{round}>", kind, Person.Id);
        Apps = apps;
        Foreign = await AddAppAsync($"Foreign {round}", ApplicationKind.Web, owner: null);
        var texts = new List<string>();
        foreach (var dialect in Dialects.Where(dialect => dialect.SignIn is not null))
            texts.Add((await OpenAsync(dialect, isForeign: true))!.Text);
        ForeignTexts = texts;
        using var browser = await FormBrowser.SignedInAsync(Server, Person.Login, Password);
        Cookies = browser.CookieHeader;
        Forms = await FormsAsync(browser);
        Assert.True(Forms.Count > 30, $"Only {Forms.Count} forms were found.");
    }

    /// <summary>Opens a session; null if the dialect has none.</summary>
    public async Task<ClientSession?> OpenAsync(DocumentedDialect dialect, bool isForeign = false) =>
        dialect.SignIn is { } signIn ? await signIn.OpenAsync(TrialOf(isForeign), default) : null;

    /// <summary>Opens a handshake that the person has confirmed; null if the dialect has none.</summary>
    public async Task<string?> ConfirmAsync(DocumentedDialect dialect) =>
        dialect.SignIn is { } signIn ? await signIn.ConfirmAsync(TrialOf(isForeign: false), default) : null;

    /// <summary>Returns an address for a pattern, with the names and numbers of this world.</summary>
    public string Fill(string pattern, Func<int, int> below)
    {
        var dialect = Dialects[below(Dialects.Count)];
        var app = Apps.Values.ElementAt(below(Apps.Count)).Application.Id;
        return string.Join('/', pattern.Split('/').Select(part => part.Trim('{', '}').Split(':', '?')[0] switch
        {
            var name when name == part => part,
            "dialect" => dialect.Name,
            "method" => dialect.Reference.Pages[below(dialect.Reference.Pages.Count)].Name,
            "id" when pattern.Contains("/accounts/", StringComparison.Ordinal) => $"{Other.Id}",
            "id" => $"{app}",
            "topic" => "mediapost",
            _ => "1",
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned)
            await one.DisposeAsync();
    }

    private TrialPerson TrialOf(bool isForeign) => isForeign
        ? new TrialPerson(Other, Foreign.Application, IPAddress.Loopback)
        : new TrialPerson(Person, Apps[ApplicationKind.Web].Application, IPAddress.Loopback);

    private async Task<FoundAccount> AddPersonAsync(string login, bool isAdmin)
    {
        await using var scope = _services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        await accounts.AddAsync(
            new NewAccount(login, $"{login}@example.test", "Fuzz & <Co>", Password, IsAdmin: isAdmin), default);
        return (await scope.ServiceProvider.GetRequiredService<AccountDirectory>().FindAsync(login, default))!;
    }

    private async Task<(Application, string)> AddAppAsync(string name, ApplicationKind kind, long? owner)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>().AddAsync(
            new NewApplication(
                name, kind, kind is ApplicationKind.Web ? TestWorld.GalleryCallback : null, ["mywiki"], [], Quota: null,
                Nonproduction: false)
            {
                Owner = owner,
                OpenId = kind switch
                {
                    ApplicationKind.Oidc => new OpenIdChange(Redirects: [Callback], SignOutRedirects: [Callback]),
                    ApplicationKind.Service => new OpenIdChange(MayExchange: true, Audiences: ["b"]),
                    _ => new OpenIdChange(),
                },
            },
            default);
    }

    /// <summary>Reads each page as the person, and returns a form for each button.</summary>
    private async Task<List<FuzzForm>> FormsAsync(FormBrowser browser)
    {
        var forms = new List<FuzzForm>();
        foreach (var pattern in Routes)
        {
            var target = Fill(pattern, _ => 0);
            var page = await browser.GetAsync(target);
            if (page.Status == HttpStatusCode.OK
                && page.ContentHeader("Content-Type") is { } type
                && type.StartsWith("text/html", StringComparison.Ordinal))
                forms.AddRange(FormsOf(target, page.Html));
        }

        return [.. forms.DistinctBy(form => (form.Target, string.Join(' ', form.Fields.Select(field => field.Name))))];
    }

    private static IEnumerable<FuzzForm> FormsOf(string target, string html)
    {
        foreach (var form in new HtmlParser().ParseDocument(html).Forms)
        {
            List<(string, string)> fields =
            [
                .. form.QuerySelectorAll<IHtmlInputElement>("input[name]")
                    .Select(input => (input.Name!, ValueOf(input))),
                .. form.QuerySelectorAll<IHtmlSelectElement>("select[name]")
                    .Select(select => (select.Name!, select.Value ?? "")),
                .. form.QuerySelectorAll<IHtmlTextAreaElement>("textarea[name]")
                    .Select(area => (area.Name!, area.Value)),
            ];
            var page = new Uri("http://localhost" + target);
            string Resolved(string? action) => new Uri(page, action ?? "").PathAndQuery;
            var verb = form.GetAttribute("method")?.ToUpperInvariant() == "POST" ? "POST" : "GET";
            var buttons = form.QuerySelectorAll<IHtmlButtonElement>("button").ToList();
            foreach (var button in buttons.DefaultIfEmpty())
            {
                yield return new FuzzForm(
                    Resolved(button?.GetAttribute("formaction") ?? form.GetAttribute("action")), verb,
                    button?.Name is { Length: > 0 } name ? [.. fields, (name, button.Value)] : fields);
            }
        }
    }

    private static string ValueOf(IHtmlInputElement input) => input.Type switch
    {
        "password" => Password,
        "checkbox" or "radio" => input.GetAttribute("value") ?? "on",
        _ => input.Value,
    };
}
