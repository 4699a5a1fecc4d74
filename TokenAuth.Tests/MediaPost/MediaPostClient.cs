using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>A client of the dialect, written from the documentation. It shares no code with the server.</summary>
internal sealed class MediaPostClient(TestWorld world) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    /// <summary>Signs as the seed's page says and posts a form over http.</summary>
    public Task<Answer> AskAsync(App application, string? method, params (string, string)[] parameters) =>
        AskAsync(new MediaPostCall(application, method, parameters));

    public Task<Answer> AskAsync(MediaPostCall call) =>
        AskAsync(
            new HttpRequestMessage(HttpMethod.Post, Address(call)) { Content = new FormUrlEncodedContent(call.Pairs) });

    public async Task<Answer> AskAsync(HttpRequestMessage request)
    {
        using var response = await SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async Task<string> TokenAsync(App application, params (string, string)[] parameters) =>
        (await AskAsync(
            new MediaPostCall(application, "up.auth.createToken", [("community", "mashable"), .. parameters])
            {
                Style = Style.Native,
            })).Token;

    public async Task<string> ConfirmedTokenAsync(App application, Account person, params (string, string)[] parameters)
    {
        var token = await TokenAsync(application, parameters);
        await world.ConfirmAsync("mediapost", application, token, person);
        return token;
    }

    /// <summary>The whole handshake. The parameters are createToken's.</summary>
    public async Task<Granted> GrantAsync(App application, Account person, params (string, string)[] parameters)
    {
        var token = await ConfirmedTokenAsync(application, person, parameters);
        return Session(application, await AskAsync(GetSession(application, token)));
    }

    /// <summary>Exchanges over https, as desktop applications must.</summary>
    public static MediaPostCall GetSession(App application, string token) =>
        new(application, "Up.auth.getSession", ("auth_token", token), ("format", "JSON")) { Secure = true };

    public static Granted Session(App application, Answer answer)
    {
        Assert.True(answer.Code is null, answer.Body);
        var session = JsonDocument.Parse(answer.Body).RootElement;
        return new Granted(
            application, session.GetProperty("session_key").GetString()!, session.GetProperty("uid").GetString()!,
            session.GetProperty("expires").GetInt64(),
            session.TryGetProperty("secret", out var secret) ? secret.GetString() : null);
    }

    public Uri Address(MediaPostCall call) => new(call.Secure ? world.Server.Https : world.Server.Http, call.Path);

    /// <summary>Signs as the seed's page says and posts a form. Returns the answer's text.</summary>
    public async Task<string> CallAsync(App application, string method, params (string, string)[] parameters) =>
        (await AskAsync(application, method, parameters)).Body;

    /// <summary>The same over https, signed with a secret that is not the application's.</summary>
    public async Task<string> CallSecurelyAsync(
        App application, string secret, string method, params (string, string)[] parameters) =>
        (await AskAsync(new MediaPostCall(application, method, parameters) { Secret = secret, Secure = true })).Body;

    /// <summary>The fields of a call in the seed's spelling, for tests that send it themselves.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Signed(
        App application, string secret, string method, params (string, string)[] parameters) =>
        new MediaPostCall(application, method, parameters) { Secret = secret }.Pairs;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    /// <summary>The signature base string: pairs sorted by name in byte order and joined without separators.</summary>
    public static string Joined(IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Concat(parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));

    public static string Signature(IEnumerable<KeyValuePair<string, string>> parameters, string secret) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Joined(parameters) + secret)));

    public void Dispose() => _http.Dispose();
}
