using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Storage;
using TokenAuth.OpenId;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Signing keys, tokens and sessions that two nodes on one PostgreSQL store share.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    /// <summary>The two nodes listen on different ports, and have one issuer.</summary>
    private const string Issuer = "--TokenAuth:PublicUrl=http://127.0.0.1";

    private TestWorld _world = null!;
    private LiveServer _other = null!;
    private OpenIdClient _client = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartOnPostgreSqlAsync(Issuer);
        _other = await _world.Server.StartBesideAsync(Issuer);
        _client = await OpenIdClient.RegisterAsync(_world.Server);
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _client.Dispose();
        await _other.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Keys_roll_on_both_nodes_without_a_restart_and_overlap()
    {
        using var there = _client.On(_other.Http);
        var first = await KeysAsync(_client);
        Assert.Equal(first, await KeysAsync(there));
        Assert.Single(first);

        // The next key is published a day before it signs.
        _world.Clock.Advance(SigningKeys.SignsFor - SigningKeys.AnnouncedFor + TimeSpan.FromMinutes(1));
        var both = await Task.WhenAll(KeysAsync(_client), KeysAsync(there));
        Assert.Equal(both[0], both[1]);
        Assert.Equal(2, both[0].Count);
        await SignInAnewAsync();
        var before = await _client.SignInAsync(_browser);
        Assert.Equal(first[0], KeyOf(before));

        _world.Clock.Advance(SigningKeys.AnnouncedFor);
        await SignInAnewAsync();
        var second = both[0].Except(first, StringComparer.Ordinal).Single();
        Assert.Equal(second, KeyOf(await _client.SignInAsync(_browser)));
        Assert.Equal(second, KeyOf((await there.RefreshAsync(
            before.GetProperty("refresh_token").GetString()!)).Body));
        Assert.Contains(first[0], await KeysAsync(there), StringComparer.Ordinal);

        _world.Clock.Advance(SigningKeys.KeptFor);
        Assert.DoesNotContain(first[0], await KeysAsync(there), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_that_start_together_make_one_key()
    {
        await _world.ChangeStoreAsync("DELETE FROM oidc_keys");
        _world.Clock.Advance(TimeSpan.FromMinutes(6));
        using var there = _client.On(_other.Http);

        var both = await Task.WhenAll(KeysAsync(_client), KeysAsync(there));

        Assert.Equal(both[0], both[1]);
        Assert.Single(both[0]);
    }

    [Fact]
    public async Task A_session_that_ends_on_one_node_has_ended_on_the_other()
    {
        var tokens = await _client.SignInAsync(_browser);
        using var there = _client.On(_other.Http);
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/connect/userinfo", access)).Status);

        await _browser.ReadAsync("/account");
        await _browser.PostAsync("/account?handler=Remove", [("id", _client.App.Id.ToString())]);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/connect/userinfo", access)).Status);
        Assert.Equal(
            "invalid_grant",
            (await there.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!)).Body
                .GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_code_of_one_node_gives_tokens_on_the_other_and_ends_with_the_session()
    {
        using var there = _client.On(_other.Http);
        var code = await _client.CodeAsync(_browser, "openid offline_access");
        var (status, tokens) = await there.RedeemAsync(code, _client.Verifier);
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/connect/userinfo", access)).Status);
        Assert.True(await IsActiveAsync(there, "/connect/introspect", access));
        Assert.True(await IsActiveAsync(there, "/introspect", access));

        // The person presses "End" on the account page of the first node.
        var session = Assert.Single(await _world.Server.Services.GetRequiredService<Store>().ReadAsync(connection =>
            connection.ListAsync("SELECT id FROM sessions WHERE dialect = 'oidc'", row => row.GetInt64(0))));
        await _browser.ReadAsync("/account/security");
        await _browser.PostAsync("/account/security?handler=End", [("id", session.ToString())]);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/connect/userinfo", access)).Status);
        Assert.False(await IsActiveAsync(there, "/connect/introspect", access));
        Assert.False(await IsActiveAsync(there, "/introspect", access));
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/auth/verify", access)).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await there.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task Of_two_nodes_that_refresh_at_once_one_is_answered_and_the_session_ends()
    {
        using var there = _client.On(_other.Http);
        for (var round = 0; round < 5; round++)
        {
            var token = (await _client.SignInAsync(_browser)).GetProperty("refresh_token").GetString()!;

            var answers = await Task.WhenAll(_client.RefreshAsync(token), there.RefreshAsync(token));

            var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Body;
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var node in new[] { _client, there })
            {
                Assert.Equal(
                    HttpStatusCode.BadRequest,
                    (await node.RefreshAsync(won.GetProperty("refresh_token").GetString()!)).Status);
                Assert.Equal(
                    HttpStatusCode.Unauthorized,
                    (await node.GetAsync("/connect/userinfo", won.GetProperty("access_token").GetString())).Status);
            }
        }
    }

    [Fact]
    public async Task The_sweep_deletes_expired_tokens_and_the_application_takes_its_tokens_along()
    {
        await _client.SignInAsync(_browser);
        Assert.NotEqual(0, await CountAsync());
        _world.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromMinutes(1));
        await _world.Server.Services.GetRequiredService<ExpirySweep>().SweepAsync(default);
        Assert.Equal(0, await CountAsync());

        await SignInAnewAsync();
        await _client.SignInAsync(_browser);
        await _world.Server.Services.GetRequiredService<ApplicationDeletion>().DeleteAsync(
            _client.App.ApiKey, (_, _) => { }, default);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task The_store_has_no_code_token_or_key_in_clear()
    {
        var code = await _client.CodeAsync(_browser, "openid offline_access");
        Assert.False(await _world.Server.KeepsAsync(code));
        var (_, tokens) = await _client.RedeemAsync(code);

        Assert.False(await _world.Server.KeepsAsync(tokens.GetProperty("refresh_token").GetString()!));
        Assert.False(await _world.Server.KeepsAsync("Alice@example.test\",\"email_verified"));
        var keys = await _world.Server.Services.GetRequiredService<Store>().ReadAsync(
            connection => connection.ListAsync("SELECT protected_key FROM oidc_keys", row => row.GetString(0)));
        Assert.All(keys, key => Assert.StartsWith("CfDJ8", key, StringComparison.Ordinal)); // Data Protection's mark
    }

    private static async Task<bool> IsActiveAsync(OpenIdClient client, string path, string token) =>
        (await client.PostAsync(path, ("token", token))).Body.GetProperty("active").GetBoolean();

    private async Task<int> CountAsync() =>
        (await _world.Server.Services.GetRequiredService<Store>().ReadAsync(
            connection => connection.ListAsync("SELECT id FROM oidc_tokens", row => row.GetString(0)))).Count;

    private async Task SignInAnewAsync() => Assert.True((await _browser.SignInAsync(_world.Alice.Login)).IsRedirect);

    private static async Task<List<string>> KeysAsync(OpenIdClient client) =>
    [
        .. (await client.GetAsync("/.well-known/jwks")).Body.GetProperty("keys").EnumerateArray()
            .Select(key => key.GetProperty("kid").GetString()!).Order(StringComparer.Ordinal),
    ];

    private static string KeyOf(System.Text.Json.JsonElement tokens) =>
        OpenIdClient.HeaderOf(tokens.GetProperty("access_token").GetString()!).GetProperty("kid").GetString()!;
}
