using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>An application that signs people in with OpenID Connect, as its developers would write it.</summary>
internal sealed class OpenIdClient(Uri server, App app, bool isPublic = false) : IDisposable
{
    public const string Redirect = "https://photos.example.test/back?from=oidc";

    public const string SignOutRedirect = "https://photos.example.test/bye";

    private readonly HttpClient _http = LiveServer.CreateClient();

    public App App => app;

    /// <summary>The PKCE verifier of every request.</summary>
    public string Verifier { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public string Challenge => Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public string RedirectUri { get; init; } = Redirect;

    /// <summary>Registers an application.</summary>
    public static async Task<OpenIdClient> RegisterAsync(
        LiveServer server, string name = "Photos", OpenIdChange? openId = null, string[]? networks = null,
        (long, TimeSpan)? quota = null, ApplicationKind kind = ApplicationKind.Oidc)
    {
        var what = openId ?? new OpenIdChange();
        what = what with
        {
            Redirects = what.Redirects ?? [Redirect],
            SignOutRedirects = what.SignOutRedirects ?? [SignOutRedirect],
        };
        var (application, secret) = await server.Services.GetRequiredService<ApplicationAdministration>().AddAsync(
            new NewApplication(name, kind, null, [], networks ?? [], quota, Nonproduction: false) { OpenId = what },
            default);
        return new OpenIdClient(
            server.Http, new App(application.Id, application.ApiKey, secret, name), what.IsPublic == true)
        {
            RedirectUri = what.Redirects[0],
        };
    }

    /// <summary>The same application on another node.</summary>
    public OpenIdClient On(Uri other) => new(other, app, isPublic) { RedirectUri = RedirectUri };

    /// <summary>The link of an authorization request. A parameter replaces the usual one; null removes it.</summary>
    public string Link(string scope = "openid", params (string Name, string? Value)[] parameters)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = app.ApiKey,
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = scope,
            ["state"] = "the state",
            ["nonce"] = "the nonce",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in parameters)
            all[name] = value;
        return "/connect/authorize?" + string.Join(
            '&', all.Where(pair => pair.Value is not null)
                .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>Has a signed-in person allow the application, and returns the code.</summary>
    public async Task<string> CodeAsync(
        FormBrowser browser, string scope = "openid", params (string Name, string? Value)[] parameters)
    {
        var link = Link(scope, parameters);
        var page = await browser.GetAsync(link);
        if (!page.IsRedirect)
            page = await browser.PressAsync(link, "allow");
        Assert.True(page.IsRedirect, page.Html);
        return QueryOf(page.Location!)["code"];
    }

    /// <summary>Signs in: consent, code and tokens.</summary>
    public async Task<JsonElement> SignInAsync(
        FormBrowser browser, string scope = "openid offline_access", params (string Name, string? Value)[] parameters)
    {
        var answer = await RedeemAsync(await CodeAsync(browser, scope, parameters));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body.ToString());
        return answer.Body;
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> RedeemAsync(string code, string? verifier = null) =>
        TokenAsync(
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri),
            ("code_verifier", verifier ?? Verifier));

    public Task<(HttpStatusCode Status, JsonElement Body)> RefreshAsync(string token) =>
        TokenAsync(("grant_type", "refresh_token"), ("refresh_token", token));

    public Task<(HttpStatusCode Status, JsonElement Body)> TokenAsync(params (string Name, string Value)[] fields) =>
        PostAsync("/connect/token", fields);

    /// <summary>Sends a form with the application's own proof.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path));
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).ToList();
        if (isPublic)
            form.Add(new("client_id", app.ApiKey));
        else
            request.Headers.Authorization = new("Basic", Basic(app.ApiKey, app.Secret));
        request.Content = new FormUrlEncodedContent(form);
        return await SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path));
        if (bearer is not null)
            request.Headers.Authorization = new("Bearer", bearer);
        return await SendAsync(request);
    }

    /// <summary>The claims of a signed token, unchecked.</summary>
    public static JsonElement ClaimsOf(string token) => PartOf(token, 1);

    public static JsonElement HeaderOf(string token) => PartOf(token, 0);

    public static IReadOnlyDictionary<string, string> QueryOf(Uri uri) =>
        uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(
                pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')), StringComparer.Ordinal);

    public static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Basic(string key, string secret) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"));

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (
            response.StatusCode,
            text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : JsonSerializer.SerializeToElement(text));
    }

    private static JsonElement PartOf(string token, int index)
    {
        var part = token.Split('.')[index].Replace('-', '+').Replace('_', '/');
        return JsonDocument.Parse(Convert.FromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '='))).RootElement;
    }
}
