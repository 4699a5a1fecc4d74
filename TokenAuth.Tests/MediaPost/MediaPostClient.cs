using System.Security.Cryptography;
using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>A client of the dialect, written from the documentation and sharing no code with the server.</summary>
internal sealed class MediaPostClient(TestWorld world) : IDisposable
{
    private readonly HttpClient _http = TestServer.CreateClient();

    /// <summary>Signs as the seed's page says and posts a form; the last argument is the raw answer's text.</summary>
    public Task<string> CallAsync(App application, string method, params (string, string)[] parameters) =>
        PostAsync("/api.php", Signed(application, application.Secret, method, parameters));

    /// <summary>The same over https, signed with another secret than the application's.</summary>
    public Task<string> CallSecurelyAsync(App application, string secret, string method, params (string, string)[] parameters) =>
        PostAsync(new Uri(world.Server.Https, "/api.php"), Signed(application, secret, method, parameters));

    public Task<string> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> parameters) =>
        PostAsync(new Uri(world.Server.Http, path), parameters);

    public async Task<string> PostAsync(Uri address, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(parameters) });
        return await response.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    public static Dictionary<string, string> Signed(App application, string secret, string method, params (string Name, string Value)[] parameters)
    {
        var all = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        all.Add("api_key", application.ApiKey);
        all.Add("method", method);
        all.Add("sig", Signature(all, secret));
        return all;
    }

    public static string Signature(IEnumerable<KeyValuePair<string, string>> parameters, string secret)
    {
        var text = string.Concat(parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret)));
    }

    public void Dispose() => _http.Dispose();
}
