using System.Net;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Tests with one application, and Alice who is signed in on the pages.</summary>
public abstract class OpenIdTests : IAsyncLifetime
{
    private protected TestWorld World { get; private set; } = null!;

    private protected OpenIdClient Client { get; private set; } = null!;

    private protected FormBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await TestWorld.StartAsync();
        Client = await OpenIdClient.RegisterAsync(World.Server);
        Browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Client.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>Opens a link, allows the application if the person is asked, and returns what it receives.</summary>
    private protected async Task<IReadOnlyDictionary<string, string>> AnswerAsync(
        string scope, params (string Name, string? Value)[] parameters)
    {
        var link = Client.Link(scope, parameters);
        var page = await Browser.GetAsync(link);
        if (!page.IsRedirect)
            page = await Browser.PressAsync(link, "allow");
        Assert.True(page.IsRedirect, page.Html);
        Assert.StartsWith(OpenIdClient.Redirect + "&", page.Location!.OriginalString, StringComparison.Ordinal);
        return OpenIdClient.QueryOf(page.Location);
    }

    /// <summary>Signs in with these parameters, and returns the identity token's claims.</summary>
    private protected async Task<JsonElement> IdentityAsync(
        string scope, params (string Name, string? Value)[] parameters) =>
        IdentityOf(await Client.SignInAsync(Browser, scope, parameters));

    private protected static JsonElement IdentityOf(JsonElement tokens) =>
        OpenIdClient.ClaimsOf(tokens.GetProperty("id_token").GetString()!);

    private protected static string AccessOf(JsonElement tokens) => tokens.GetProperty("access_token").GetString()!;

    private protected static string RefreshOf(JsonElement tokens) => tokens.GetProperty("refresh_token").GetString()!;

    private protected static void AssertError(string error, (HttpStatusCode Status, JsonElement Body) answer)
    {
        Assert.True(
            answer.Body.ValueKind == JsonValueKind.Object
            && answer.Body.TryGetProperty("error", out var found) && found.GetString() == error,
            $"{answer.Status} {answer.Body}");
        Assert.InRange((int)answer.Status, 400, 499);
    }

    /// <summary>Sends a request as it is, without the application's proof.</summary>
    private protected async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod verb, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var http = LiveServer.CreateClient();
        using var request = new HttpRequestMessage(verb, new Uri(World.Server.Http, path)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (
            response.StatusCode,
            text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : JsonSerializer.SerializeToElement(text),
            response);
    }

    private protected static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
