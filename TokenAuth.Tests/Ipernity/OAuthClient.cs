using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The part of a call that carries its OAuth parameters.</summary>
public enum Carrier
{
    Header,
    Query,
    Form,
}

/// <summary>A token with its secret: a request token or an access token.</summary>
internal sealed record OAuthToken(string Text, string Secret);

/// <summary>
/// A call signed as RFC 5849 says. Parameters that are null in <paramref name="Parameters"/> are omitted.
/// </summary>
internal sealed record OAuthCall(
    App Application, OAuthToken? Token, string Path, params (string Name, string? Value)[] Parameters)
{
    public Carrier Carrier { get; init; }

    public string SignatureMethod { get; init; } = "HMAC-SHA1";

    /// <summary>Signs instead of the application's secret.</summary>
    public string Secret { get; init; } = Application.Secret;

    /// <summary>Null means the test's server.</summary>
    public Uri? Server { get; init; }

    /// <summary>The URL that is signed, if it is not the URL that is called.</summary>
    public string? SignedUrl { get; init; }
}

/// <summary>An independent OAuth client with its own signature base string.</summary>
internal sealed class OAuthClient(LiveServer server) : IDisposable
{
    /// <summary>Shared, because several clients may sign with the keys of one application.</summary>
    private static int _nonces;

    private readonly HttpClient _http = LiveServer.CreateClient();

    public async Task<IpernityAnswer> AskAsync(OAuthCall call)
    {
        using var response = await SendAsync(Request(call));
        return await IpernityAnswer.ReadAsync(response);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public HttpRequestMessage Request(OAuthCall call)
    {
        var all = Parameters(call);
        var address = new Uri(call.Server ?? server.Http, call.Path);
        var verb = call.Carrier == Carrier.Form ? HttpMethod.Post : HttpMethod.Get;
        all.Add(new("oauth_signature", Sign(call, verb.Method, call.SignedUrl ?? address.AbsoluteUri, all)));
        var own = all.Where(pair => !pair.Key.StartsWith("oauth_", StringComparison.Ordinal)).ToList();
        return call.Carrier switch
        {
            Carrier.Query => new HttpRequestMessage(verb, new Uri(address, "?" + IpernityClient.Urlencoded(all))),
            Carrier.Form => new HttpRequestMessage(verb, address) { Content = new FormUrlEncodedContent(all) },
            _ => new HttpRequestMessage(
                verb, new Uri(address, own.Count == 0 ? "" : "?" + IpernityClient.Urlencoded(own)))
            {
                Headers = { { "Authorization", Header(all.Except(own)) } },
            },
        };
    }

    /// <summary>The parameters that are sent, without the signature.</summary>
    public List<KeyValuePair<string, string>> Parameters(OAuthCall call)
    {
        Dictionary<string, string?> all = new(StringComparer.Ordinal)
        {
            ["oauth_consumer_key"] = call.Application.ApiKey,
            ["oauth_token"] = call.Token?.Text,
            ["oauth_signature_method"] = call.SignatureMethod,
            ["oauth_timestamp"] = Now.ToString(),
            ["oauth_nonce"] = $"nonce{Interlocked.Increment(ref _nonces):00000000}",
        };
        foreach (var (name, value) in call.Parameters)
            all[name] = value;
        return
        [
            .. all.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)),
        ];
    }

    public long Now => server.Clock.GetUtcNow().ToUnixTimeSeconds();

    public static string Header(IEnumerable<KeyValuePair<string, string>> parameters) =>
        "OAuth realm=\"\", " + string.Join(", ", parameters.Select(
            pair => $"{Uri.EscapeDataString(pair.Key)}=\"{Uri.EscapeDataString(pair.Value)}\""));

    public static string BaseString(string verb, string url, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var sorted = parameters.Select(
            pair => (Name: Uri.EscapeDataString(pair.Key), Value: Uri.EscapeDataString(pair.Value))).ToList();
        sorted.Sort(
            (a, b) => string.CompareOrdinal(a.Name, b.Name) is var names and not 0
                ? names
                : string.CompareOrdinal(a.Value, b.Value));
        var joined = string.Join('&', sorted.Select(pair => pair.Name + "=" + pair.Value));
        return $"{verb}&{Uri.EscapeDataString(url)}&{Uri.EscapeDataString(joined)}";
    }

    public static string Sign(string method, string baseString, string consumerSecret, string tokenSecret)
    {
        var key = Uri.EscapeDataString(consumerSecret) + "&" + Uri.EscapeDataString(tokenSecret);
        return method switch
        {
            "PLAINTEXT" => key,
            "MD5" => Convert.ToBase64String(MD5.HashData(Encoding.ASCII.GetBytes(baseString + "&" + key))),
            _ => Convert.ToBase64String(
                HMACSHA1.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(baseString))),
        };
    }

    public async Task<OAuthToken> RequestTokenAsync(App application, params (string, string?)[] parameters) =>
        TokenIn(await AskAsync(new OAuthCall(application, Token: null, "/apps/oauth/request", parameters)));

    /// <summary>The handshake from request token to access token. The person consents without the page.</summary>
    public async Task<OAuthToken> AccessTokenAsync(
        TestWorld world, App application, Account person, string permissions = "")
    {
        var request = await RequestTokenAsync(application);
        await world.ConfirmAsync(request.Text, application, person, permissions, "ipernity.oauth");
        return TokenIn(await AskAsync(new OAuthCall(application, request, "/apps/oauth/access")));
    }

    public static OAuthToken TokenIn(IpernityAnswer answer)
    {
        Assert.True(answer.StatusLine == "HTTP/1.1 200 OK", answer.Body);
        var fields = answer.Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(
            pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        return new OAuthToken(fields["oauth_token"], fields["oauth_token_secret"]);
    }

    public void Dispose() => _http.Dispose();

    private static string Sign(
        OAuthCall call, string verb, string url, List<KeyValuePair<string, string>> parameters) =>
        Sign(
            call.SignatureMethod.Replace('_', '-'),
            BaseString(verb, url, parameters),
            call.Secret,
            call.Token?.Secret ?? "");
}
