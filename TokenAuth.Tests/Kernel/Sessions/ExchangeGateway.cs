using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>
/// A service that exchanges sessions for access tokens at the server's own endpoints, without a connection.
/// </summary>
internal sealed class ExchangeGateway
{
    private readonly OwnCalls _calls;
    private readonly string _proof;

    private ExchangeGateway(OwnCalls calls, string proof) => (_calls, _proof) = (calls, proof);

    public static async Task<ExchangeGateway> RegisterAsync(LiveServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var (application, secret) = await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>()
            .AddAsync(
                new NewApplication("Gateway", ApplicationKind.Service, null, [], [], Quota: null, Nonproduction: false)
                {
                    OpenId = new OpenIdChange(MayExchange: true, Audiences: ["b"]),
                },
                default);
        return new ExchangeGateway(
            server.Services.GetRequiredService<OwnCalls>(),
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{application.ApiKey}:{secret}")));
    }

    /// <summary>Returns an access token for a session (RFC 8693); null if it is refused.</summary>
    public async Task<string?> ExchangeAsync(string session)
    {
        var answer = await PostAsync(
            "/connect/token",
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", session),
            ("subject_token_type", "urn:tokenauth:token-type:session"), ("audience", "b"));
        if (answer.TryGetProperty("access_token", out var token))
            return token.GetString();
        Assert.Equal("invalid_grant", answer.Text("error"));
        return null;
    }

    public async Task<bool> IsActiveAsync(string token) =>
        (await PostAsync("/introspect", ("token", token))).GetProperty("active").GetBoolean();

    private async Task<JsonElement> PostAsync(string path, params (string, string)[] fields)
    {
        var request = ClientRequest.Post(path, fields) with { Headers = [("Authorization", $"Basic {_proof}")] };
        var answer = await _calls.SendAsync(request, "http://127.0.0.1", IPAddress.Loopback, default);
        return JsonDocument.Parse(answer.Body).RootElement;
    }
}
