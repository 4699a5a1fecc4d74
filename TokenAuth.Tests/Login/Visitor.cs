using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>
/// A browser at some address: it stores cookies, stops at redirects, and states its address to a server that trusts it.
/// </summary>
internal sealed partial class Visitor : IDisposable
{
    /// <summary>The setting that makes a server trust it.</summary>
    public const string Believed = "--TokenAuth:Proxies=127.0.0.1";

    private readonly HttpClient _http;

    public Visitor(LiveServer server, string from, bool isSecure = false)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            CookieContainer = Cookies,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        })
        {
            BaseAddress = isSecure ? server.Https : server.Http,
        };
        _http.DefaultRequestHeaders.Add("X-Forwarded-For", from);
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The cookies that the last answer set, as they stood in the header.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    /// <summary>Signs in as a person whose last session is over, if there was one.</summary>
    public Task<Visit> SignInAsync(string login, string password = TestWorld.Password)
    {
        foreach (var session in Cookies.GetAllCookies().Where(
            cookie => cookie.Name is "TokenAuth" or "__Host-TokenAuth"))
            session.Expired = true;
        return SubmitAsync("/signin", ("login", login), ("password", password));
    }

    public async Task<Visit> SignUpAsync(string login, string email) =>
        await SubmitAsync("/signup", ("login", login), ("email", email), ("password", "a password of theirs"));

    /// <summary>Fills in the form of a page and sends it.</summary>
    public async Task<Visit> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        var page = await _http.GetStringAsync(path.Split('?')[0]);
        var form = FormToken().Match(page, page.IndexOf("<main>", StringComparison.Ordinal)).Groups[1].Value;
        using var answer = await _http.PostAsync(path, new FormUrlEncodedContent(
            [
                KeyValuePair.Create("__RequestVerificationToken", form),
                .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
            ]));
        SetCookies = answer.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        var html = await answer.Content.ReadAsStringAsync();
        return new Visit(
            answer.StatusCode, answer.Headers.RetryAfter?.Delta,
            WebUtility.HtmlDecode(Alert().Match(html).Groups[1].Value), WebUtility.HtmlDecode(html));
    }

    public async Task<HttpStatusCode> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("role=\"alert\"[^>]*>\\s*(?:<p>)?([^<]*)<")]
    private static partial Regex Alert();
}

/// <summary>The answer to a form.</summary>
/// <param name="RetryAfter">The header of that name.</param>
/// <param name="Alert">The error that the page shows.</param>
internal sealed record Visit(HttpStatusCode Status, TimeSpan? RetryAfter, string Alert, string Html)
{
    public bool Succeeded => Status == HttpStatusCode.Redirect;
}
