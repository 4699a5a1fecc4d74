using System.Collections.Concurrent;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A browser without scripts: it stores cookies, stops at redirects, and submits forms with their hidden inputs.
/// </summary>
/// <param name="server">The address where the server listens.</param>
/// <param name="host">The host name that the browser uses, if that is not the server's address.</param>
/// <param name="from">The browser's address, as a proxy reports it to a server that trusts the proxy.</param>
internal sealed class FormBrowser(Uri server, string? host = null, string? from = null) : IDisposable
{
    /// <summary>The setting that makes a server trust the reported address.</summary>
    public const string TrustedProxy = "--TokenAuth:Proxies=127.0.0.1";

    private readonly HttpClient _http = LiveServer.CreateClient();

    /// <summary>The cookies by name. Every server of the test receives all of them.</summary>
    public ConcurrentDictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    public string CookieHeader => string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>The antiforgery token of the page that was read last; empty to send none.</summary>
    public string Token { get; set; } = "";

    /// <summary>Signs in and remembers the antiforgery token of the person's pages.</summary>
    public static Task<FormBrowser> SignedInAsync(LiveServer server, Account person) =>
        SignedInAsync(server.Http, person.Login, TestWorld.Password);

    public static async Task<FormBrowser> SignedInAsync(Uri server, string login, string password)
    {
        var browser = new FormBrowser(server);
        Assert.True((await browser.SignInAsync(login, password)).IsRedirect);
        await browser.ReadAsync("/account");
        return browser;
    }

    /// <summary>Signs in, after ending an earlier session.</summary>
    public Task<FormPage> SignInAsync(string login, string password = TestWorld.Password)
    {
        Cookies.TryRemove("TokenAuth", out _);
        Cookies.TryRemove("__Host-TokenAuth", out _);
        return SubmitAsync("/signin", ("login", login), ("password", password));
    }

    public Task<FormPage> SignUpAsync(string login, string email, string password = "a password of theirs") =>
        SubmitAsync("/signup", ("login", login), ("email", email), ("password", password));

    public Task<FormPage> GetAsync(string link, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, link)), headers);

    /// <summary>Opens a page and remembers its antiforgery token.</summary>
    public async Task<FormBrowser> ReadAsync(string link)
    {
        Token = (await GetAsync(link)).Token;
        return this;
    }

    /// <summary>Sends these fields, and the remembered token unless they contain one.</summary>
    public Task<FormPage> PostAsync(
        string link, (string Name, string Value)[] fields, params (string Name, string Value)[] headers) =>
        SendFormAsync(
            link,
            Token.Length == 0 || fields.Any(field => field.Name == FormPage.TokenName)
                ? fields
                : [.. fields, (FormPage.TokenName, Token)],
            headers);

    /// <summary>
    /// Opens a page and submits its form to the same address, with all hidden inputs and these fields.
    /// </summary>
    public async Task<FormPage> SubmitAsync(string link, params (string Name, string Value)[] fields) =>
        await SendFormAsync(link, [.. (await GetAsync(link)).Hidden, .. fields], []);

    /// <summary>Submits the form as a browser does when this button is pressed.</summary>
    public Task<FormPage> PressAsync(string link, string decision) => SubmitAsync(link, ("decision", decision));

    public void Dispose() => _http.Dispose();

    private Task<FormPage> SendFormAsync(
        string link, IEnumerable<(string Name, string Value)> fields, (string Name, string Value)[] headers) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(server, link))
            {
                Content = new FormUrlEncodedContent(
                    fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            },
            headers);

    private async Task<FormPage> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
        if (!Cookies.IsEmpty)
            request.Headers.Add("Cookie", CookieHeader);
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var page = await FormPage.ReadAsync(response);
        foreach (var cookie in page.SetCookies)
            Store(cookie.Split(';')[0].Split('=', 2));
        return page;
    }

    /// <summary>A server deletes a cookie by setting it to nothing.</summary>
    private void Store(string[] cookie)
    {
        if (cookie[1].Length == 0)
            Cookies.TryRemove(cookie[0], out _);
        else
            Cookies[cookie[0]] = cookie[1];
    }
}
