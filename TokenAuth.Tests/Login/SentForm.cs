using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Login;

/// <summary>
/// A page's form in one browser: sent with its own token and cookies, and with the headers that a test adds.
/// </summary>
internal sealed partial class SentForm : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private readonly Uri _server;
    private readonly string? _host;

    /// <param name="server">The address where the server listens.</param>
    /// <param name="host">The host name that the browser uses.</param>
    public SentForm(Uri server, string? host = null) => (_server, _host) = (server, host);

    /// <summary>The token of the form that was read last.</summary>
    public string Token { get; set; } = "";

    public IDictionary<string, string> Cookies => _cookies;

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(_server, path)), headers);

    public async Task<SentForm> ReadAsync(string path)
    {
        using var page = await GetAsync(path);
        Token = FormToken().Match(await page.Content.ReadAsStringAsync()).Value;
        return this;
    }

    public Task<HttpResponseMessage> PostAsync(
        string path, (string Name, string Value)[] fields, params (string Name, string Value)[] headers)
    {
        (string Name, string Value)[] all =
            Token.Length == 0 ? fields : [.. fields, ("__RequestVerificationToken", Token)];
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(_server, path))
            {
                Content = new FormUrlEncodedContent(all.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            },
            headers);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        request.Headers.Host = _host;
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await _http.SendAsync(request);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            _cookies[cookie.Split('=')[0]] = cookie.Split('=', 2)[1].Split(';')[0];
        return response;
    }

    [GeneratedRegex("(?<=__RequestVerificationToken\" type=\"hidden\" value=\")[^\"]+")]
    private static partial Regex FormToken();
}
