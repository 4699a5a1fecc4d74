using System.Net;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>An application that calls a server in another process, in the MediaPost dialect and in JSON.</summary>
internal sealed class Wire : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    public async Task<JsonElement> CallAsync(
        Uri server, App application, string method, params (string, string)[] parameters)
    {
        using var form = new FormUrlEncodedContent(
            MediaPostClient.Signed(application, application.Secret, method, [.. parameters, ("format", "JSON")]));
        using var response = await _http.PostAsync(new Uri(server, "/api.php"), form);
        UnansweredException.ThrowIf(response.StatusCode);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return CodeOf(answer) == 2 ? throw new UnansweredException() : answer;
    }

    public Task<JsonElement> CreateTokenAsync(Uri server, App application) =>
        CallAsync(server, application, "auth.createToken");

    public Task<JsonElement> GetSessionAsync(Uri server, App application, string token) =>
        CallAsync(server, application, "auth.getSession", ("auth_token", token));

    public Task<JsonElement> LoggedInUserAsync(Uri server, App application, string sessionKey) =>
        CallAsync(server, application, "users.getLoggedInUser", ("session_key", sessionKey));

    public Task<JsonElement> ExpireSessionAsync(Uri server, App application, string sessionKey) =>
        CallAsync(server, application, "auth.expireSession", ("session_key", sessionKey));

    /// <summary>Makes a whole handshake and returns the session's key.</summary>
    public async Task<string> SignInAsync(Uri server, App application, FormBrowser person)
    {
        var token = (await CreateTokenAsync(server, application)).GetString()!;
        Assert.True(await person.AllowAsync(server, application, token));
        return (await GetSessionAsync(server, application, token)).Text("session_key");
    }

    /// <summary>The error's number, or 0 where the answer is not an error.</summary>
    public static int CodeOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
            && answer.TryGetProperty("error_code", out var code) ? code.GetInt32() : 0;

    public void Dispose() => _http.Dispose();
}

/// <summary>
/// The service, or the proxy before it, reported that it is unavailable. The call may or may not have taken effect.
/// </summary>
internal sealed class UnansweredException() : Exception("The service is not available")
{
    public static void ThrowIf(HttpStatusCode status)
    {
        if (status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout)
            throw new UnansweredException();
    }
}
