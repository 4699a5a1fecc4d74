using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>
/// A developer's server, written from the documentation, which shares no code with ours; and a service that checks
/// tickets.
/// </summary>
internal sealed class WetpaintClient(Uri server) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();

    public Task<WetpaintAnswer> AskAsync(WetpaintCall call) => AskAsync(Request(call));

    public async Task<WetpaintAnswer> AskAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        return await WetpaintAnswer.ReadAsync(response);
    }

    public HttpRequestMessage Request(WetpaintCall call) =>
        Request(call.Path, new FormUrlEncodedContent(call.Parameters));

    public HttpRequestMessage Request(string path, HttpContent? content, string verb = "POST") =>
        new(new HttpMethod(verb), new Uri(server, path)) { Content = content };

    /// <summary>
    /// The introspection answer that a service gets for a ticket: its members as texts, <c>active</c> among them.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> IntrospectAsync(App caller, string ticket)
    {
        using var request = Request("/introspect", new FormUrlEncodedContent([KeyValuePair.Create("token", ticket)]));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{caller.ApiKey}:{caller.Secret}")));
        using var response = await _http.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.ToString(), StringComparer.Ordinal);
    }

    /// <summary>The answer that a reverse proxy gets: the status and the user.</summary>
    public async Task<(HttpStatusCode Status, string? Login, string? Role)> VerifyAsync(string ticket)
    {
        using var request = Request("/auth/verify", content: null, "GET");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ticket);
        using var response = await _http.SendAsync(request);
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
        return (response.StatusCode, Header("X-Auth-Login"), Header("X-Auth-Role"));
    }

    public void Dispose() => _http.Dispose();
}
