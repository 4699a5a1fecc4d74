using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class PasswordResetContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Chosen = "a wholly new password";

    [Fact]
    public async Task A_link_sets_the_password_once_and_ends_every_session_and_handshake()
    {
        var (session, handshake) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        Assert.NotNull(await CheckAsync(session, Other));
        var token = await MakeAsync();
        Assert.Equal("Alice", (await FindResetAsync(token))!.Login);
        Assert.Equal("Alice", (await FindResetAsync(token))!.Login);

        Assert.Equal(ResetResult.Done, await UseAsync(token));

        Assert.Equal(ResetResult.LinkEnded, await UseAsync(token));
        Assert.Null(await FindResetAsync(token));
        Assert.Null(await CheckAsync(session));
        Assert.Null(await ExchangeAsync(handshake));
        Assert.True(await HasPasswordAsync(Chosen));
        Assert.False(await HasPasswordAsync(StoreFixture.Password));
        var events = await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, limit: 10, default);
        Assert.Equal(
            [("password_reset", null, "1 session ended"), ("reset_link_made", "bob_2", null)],
            events.Where(entry => entry.Kind is "password_reset" or "reset_link_made")
                .Select(entry => (entry.Kind, entry.Actor, entry.Detail)));
    }

    [Fact]
    public async Task A_link_works_for_an_hour_and_is_swept_afterwards()
    {
        var token = await MakeAsync();
        Clock.Advance(PasswordResets.Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindResetAsync(token));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ResetResult.LinkEnded, await UseAsync(token));
        await Node.Get<ExpirySweep>().SweepAsync(default);
        Assert.Equal(0, await Node.CountAsync("password_resets"));
    }

    [Fact]
    public async Task Only_the_newest_link_of_an_account_works()
    {
        var (first, second) = (await MakeAsync(), await MakeAsync());

        Assert.Equal(ResetResult.LinkEnded, await UseAsync(first));
        Assert.Equal(ResetResult.Done, await UseAsync(second));
    }

    [Fact]
    public async Task A_change_of_the_password_ends_the_link_and_a_new_hash_of_the_same_password_does_not()
    {
        var token = await MakeAsync();
        var hash = await Node.Get<AccountDirectory>().PasswordHashAsync(Fixture.Alice.Id, default);
        await Node.Get<AccountDirectory>().RehashAsync(Fixture.Alice.Id, hash!, hash + "=", default);
        Assert.NotNull(await FindResetAsync(token));

        Assert.Null(await Node.WithAsync<AccountAdministration, InputError?>(accounts =>
            accounts.ChangePasswordAsync(Fixture.Alice, "another good password", null, Home, default)));
        Assert.Null(await FindResetAsync(token));
        Assert.Equal(ResetResult.LinkEnded, await UseAsync(token));
        Assert.True(await HasPasswordAsync("another good password"));
    }

    [Theory]
    [InlineData("Suspended")]
    [InlineData("Deleted")]
    public async Task A_closed_account_gets_no_link_and_cannot_use_one(string state)
    {
        var token = await MakeAsync();
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(Fixture.Alice, Enum.Parse<AccountState>(state), Home, default));

        Assert.Null(await Node.Get<PasswordResets>().MakeAsync(Fixture.Alice.Id, null, Home, default));
        Assert.Null(await FindResetAsync(token));
        Assert.Equal(ResetResult.LinkEnded, await UseAsync(token));
    }

    [Fact]
    public async Task A_refused_password_leaves_the_link_as_it_is()
    {
        var token = await MakeAsync();

        foreach (var refused in new[] { "", "short", "password1", "alice1234", new string('x', 1025) })
            Assert.Equal(ResetResult.PasswordRefused, await UseAsync(token, refused));

        Assert.Equal(ResetResult.Done, await UseAsync(token));
    }

    [Fact]
    public async Task Of_several_uses_at_once_on_two_nodes_one_succeeds()
    {
        var token = await MakeAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            UseAsync(token, $"a wholly new password {i}", i % 2 == 0 ? Node : Other)));

        var won = Assert.Single(Enumerable.Range(0, 6), i => results[i] == ResetResult.Done);
        Assert.All(
            results.Where((_, i) => i != won),
            result => Assert.True(result is ResetResult.LinkEnded or ResetResult.Busy));
        Assert.True(await HasPasswordAsync($"a wholly new password {won}"));
    }

    [Fact]
    public async Task The_token_is_not_in_the_store_and_no_other_text_is_a_token()
    {
        var token = await MakeAsync();

        Assert.Matches("^[0-9a-f]{32}$", token);
        Assert.Equal(0, await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT COUNT(*) FROM password_resets WHERE CAST(token_hash AS TEXT) LIKE @token",
            row => row.GetInt64(0), ("@token", $"%{token}%"))));
        string?[] others = [null, "", token.ToUpperInvariant(), token + "0", token[1..], new string('0', 32)];
        foreach (var other in others)
            Assert.Null(await FindResetAsync(other));
    }

    private async Task<string> MakeAsync() =>
        (await Node.Get<PasswordResets>().MakeAsync(Fixture.Alice.Id, Fixture.Bob.Id, Home, default))!;

    private Task<FoundAccount?> FindResetAsync(string? token) =>
        Other.Get<PasswordResets>().FindAsync(token, default);

    private async Task<ResetResult> UseAsync(string token, string password = Chosen, StoreNode? node = null) =>
        (await (node ?? Node).Get<PasswordResets>().UseAsync(token, password, Home, default)).Result;

    private async Task<bool> HasPasswordAsync(string password) =>
        (await Node.Get<PasswordCheck>().CheckAsync("alice", password, new SignInCaller(Home, "browser"), default))
            .Succeeded(out _, out _);
}
