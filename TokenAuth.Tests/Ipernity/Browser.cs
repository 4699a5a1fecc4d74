using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>A person's browser, or a script that acts as one. It stores cookies and stops at redirects.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;
    private readonly CookieContainer _cookies = new();

    private Browser(LiveServer server) =>
        _http = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = _cookies })
        {
            BaseAddress = server.Http,
        };

    public IEnumerable<string> Cookies => _cookies.GetAllCookies().Select(cookie => cookie.Value);

    /// <summary>The cookies as the browser sends them to the server.</summary>
    public string CookieHeader => _cookies.GetCookieHeader(_http.BaseAddress!);

    public static async Task<Browser> SignedInAsync(LiveServer server, Account person)
    {
        var browser = new Browser(server);
        using var answer = await browser.SubmitAsync(
            "/signin", ("login", person.Login), ("password", TestWorld.Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    public static Browser SignedOut(LiveServer server) => new(server);

    /// <summary>A script that has the cookies of a person's real browser.</summary>
    public static Browser With(LiveServer server, IEnumerable<(string Name, string Value)> cookies)
    {
        var browser = new Browser(server);
        foreach (var (name, value) in cookies)
            browser._cookies.Add(server.Http, new Cookie(name, value));
        return browser;
    }

    public async Task<Page> GetAsync(string link)
    {
        using var answer = await _http.GetAsync(link);
        return await Page.ReadAsync(answer);
    }

    /// <summary>Submits the form as old scripts do: all hidden inputs and nothing more, to the same address.</summary>
    public async Task<Page> AllowAsync(string link)
    {
        using var answer = await SubmitAsync(link);
        return await Page.ReadAsync(answer);
    }

    /// <summary>Submits the form as a browser does when this button is pressed.</summary>
    public async Task<Page> PressAsync(string link, string decision)
    {
        using var answer = await SubmitAsync(link, ("decision", decision));
        return await Page.ReadAsync(answer);
    }

    public async Task<Page> PostAsync(string link, params (string Name, string Value)[] fields)
    {
        using var answer = await _http.PostAsync(link, Form(fields));
        return await Page.ReadAsync(answer);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SubmitAsync(string link, params (string Name, string Value)[] fields) =>
        await _http.PostAsync(link, Form([.. (await GetAsync(link)).Hidden, .. fields]));

    private static FormUrlEncodedContent Form(IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}

/// <summary>The answer that a browser received.</summary>
internal sealed partial record Page(HttpStatusCode Status, Uri? Location, string Html)
{
    /// <summary>The consent form, found by the name that scripts look for.</summary>
    public bool Asks => Html.Contains("<form name=\"fa\" method=\"post\">", StringComparison.Ordinal);

    /// <summary>The end of a desktop application's handshake, found by the mark that scripts look for.</summary>
    public bool IsDone => Html.Contains("<div class=\"ok\">", StringComparison.Ordinal);

    /// <summary>The token of the page's own form. Every page has another form to sign out.</summary>
    public IReadOnlyList<(string Name, string Value)> Hidden =>
    [
        .. HiddenInput().Matches(Html, Html.IndexOf("<main>", StringComparison.Ordinal)).Select(
            input => (Attribute(input.Value, "name"), Attribute(input.Value, "value"))),
    ];

    /// <summary>A parameter of the address that the browser is redirected to.</summary>
    public string? Sent(string name) => Location?.OriginalString.Split('?', 2) is not [_, var query] ? null
        : query.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == name)
            .Select(pair => Uri.UnescapeDataString(pair[1])).SingleOrDefault();

    public static async Task<Page> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, response.Headers.Location, await response.Content.ReadAsStringAsync());

    private static string Attribute(string input, string name) =>
        WebUtility.HtmlDecode(
            Regex.Match(input, $"\\b{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value);

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex HiddenInput();
}
