using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>
/// Two servers on one PostgreSQL: a change on one node is visible on the other immediately, in every dialect.
/// </summary>
public sealed class NodesTests : IAsyncLifetime
{
    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld _own = null!;
    private LiveServer _other = null!;
    private EverySession _sessions = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartOnPostgreSqlAsync();
        _other = await World.Server.StartBesideAsync();
        _sessions = await EverySession.OpenAsync(_own);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_other is not null)
            await _other.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    [Fact]
    public async Task Every_dialects_session_is_valid_on_the_other_node()
    {
        Assert.True(_sessions.Texts.Count > TestDialect.All.Count);
        foreach (var (kind, text) in _sessions.Texts)
            Assert.True(await IsActiveAsync(text), kind);
    }

    [Fact]
    public async Task Disabling_an_application_on_one_node_disables_it_and_all_its_sessions_on_the_other()
    {
        foreach (var app in new[] { World.Gallery, _sessions.Wiki })
            await _own.OperateAsync(operate => operate.SetEnabledAsync(app.ApiKey, enabled: false, default));

        foreach (var (kind, text) in _sessions.Texts)
            Assert.Equal(_sessions.Owners[kind] is null, await IsActiveAsync(text));
        Assert.Contains(
            "\"code\":\"101\"",
            await PostAsync("/api/auth.getFrob/json", ("api_key", World.Gallery.ApiKey)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspending_a_person_on_one_node_suspends_the_person_on_the_other()
    {
        await _own.SetStateAsync(World.Alice, AccountState.Suspended);

        foreach (var (kind, text) in _sessions.Texts.Where(session => session.Key != "wetpaint"))
            Assert.False(await IsActiveAsync(text), kind);
    }

    [Fact]
    public async Task A_challenge_of_one_node_works_on_the_other_and_then_on_neither()
    {
        var key = await World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            World.Alice.Id, "another", null, default);
        var answer = await EverySession.PostAsync(World, "/interface/flat", ("mode", "getchallenge"));
        var challenge = answer.Split('\n').SkipWhile(line => line != "challenge").ElementAt(1);
        var response = Md5(challenge + Md5(key));
        (string, string)[] login =
        [
            ("mode", "sessiongenerate"), ("user", "alice"), ("auth_method", "challenge"), ("auth_challenge", challenge),
            ("auth_response", response),
        ];

        Assert.Contains("ljsession", await PostAsync("/interface/flat", login), StringComparison.Ordinal);
        Assert.DoesNotContain("ljsession", await PostAsync("/interface/flat", login), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "ljsession", await EverySession.PostAsync(World, "/interface/flat", login), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_passwords_on_both_nodes_are_counted_together()
    {
        (string, string)[] login = [("login", "alice"), ("password", "wrong")];
        for (var i = 0; i < 4; i++)
            Assert.Contains(
                "user_invalid_password",
                i % 2 == 0
                    ? await PostAsync("/api/json/peopleaggregator/login", login)
                    : await EverySession.PostAsync(World, "/api/json/peopleaggregator/login", login),
                StringComparison.Ordinal);

        Assert.Contains(
            "operation_not_permitted",
            await PostAsync("/api/json/peopleaggregator/login", login),
            StringComparison.Ordinal);
        Assert.Contains(
            "operation_not_permitted",
            await EverySession.PostAsync(World, "/api/json/peopleaggregator/login", login),
            StringComparison.Ordinal);
    }

    private static string Md5(string text) => TokenAuth.Kernel.Signing.Signature.Md5Hex(text);

    private async Task<bool> IsActiveAsync(string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_other.Http, "/introspect"))
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("token", text)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{World.Janitor.ApiKey}:{World.Janitor.Secret}")));
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty(
            "active").GetBoolean();
    }

    /// <summary>Asks the other node.</summary>
    private async Task<string> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var response = await _http.PostAsync(new Uri(_other.Http, path), new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return await response.Content.ReadAsStringAsync();
    }
}
