using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class SessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_session_is_valid_on_every_node_in_its_own_dialect_by_its_exact_text()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));

        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(text, Other))!.AccountId);
        Assert.Null(await CheckAsync(text, dialect: "ipernity"));
        Assert.Null(await CheckAsync(text.ToUpperInvariant()));
        Assert.Null(await CheckAsync(text + " "));
        Assert.Null(await CheckAsync(""));
    }

    [Fact]
    public async Task A_session_expires_on_time_to_the_millisecond()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));

        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await CheckAsync(text));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await CheckAsync(text));
    }

    [Fact]
    public async Task A_session_that_does_not_slide_expires_despite_use()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await CheckAsync(text));

        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await CheckAsync(text));
    }

    [Fact]
    public async Task A_sliding_session_is_written_at_most_once_a_minute()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        var issued = Clock.GetUtcNow();

        Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(issued.AddHours(1), (await CheckAsync(text))!.ExpiresAt);
        Assert.Equal(issued, await LastUsedAsync());

        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Clock.GetUtcNow().AddHours(1), (await CheckAsync(text))!.ExpiresAt);
        Assert.Equal(Clock.GetUtcNow(), await LastUsedAsync());
        Assert.Equal(Clock.GetUtcNow().AddHours(1), (await CheckAsync(text, Other))!.ExpiresAt);
    }

    [Fact]
    public async Task Looking_a_session_up_does_not_extend_it()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        Clock.Advance(TimeSpan.FromMinutes(59));

        Assert.True(
            (await Node.Sessions.FindAsync(Dialect, applicationId: null, text, default)).Succeeded(out _, out _));

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await CheckAsync(text));
    }

    [Fact]
    public async Task Only_the_owner_ends_a_session_and_it_ends_on_every_node()
    {
        var text = await IssueAsync(lifetime: null);
        var id = (await CheckAsync(text))!.Id;

        Assert.False(await Node.Sessions.EndAsync(id, Fixture.Bob.Id, null, default));
        Assert.NotNull(await CheckAsync(text));

        Assert.True(await Node.Sessions.EndAsync(id, Fixture.Alice.Id, null, default));
        Assert.Null(await CheckAsync(text, Other));
        Assert.False(await Node.Sessions.EndAsync(id, accountId: null, null, default));
    }

    [Fact]
    public async Task An_applications_sessions_are_valid_only_while_it_is_enabled()
    {
        var text = await IssueAsync(lifetime: null);
        await SetEnabledAsync(enabled: false);
        Assert.Null(await CheckAsync(text));

        await SetEnabledAsync(enabled: true);

        Assert.NotNull(await CheckAsync(text));
    }

    [Theory]
    [InlineData("Suspended")]
    [InlineData("Locked")]
    [InlineData("Memorial")]
    public async Task Closing_an_account_ends_its_sessions_and_confirmed_handshakes_for_good_but_no_consent_or_key(
        string state)
    {
        var (text, confirmed) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "old client", null, default);
        await SetStateAsync(Enum.Parse<AccountState>(state));
        Assert.Null(await CheckAsync(text));
        var late = await IssueAsync(lifetime: null); // for a sign-in whose password was checked just before

        await SetStateAsync(AccountState.Active);

        foreach (var session in new[] { text, late })
        {
            Assert.Null(await CheckAsync(session));
            Assert.Null(await CheckAsync(session, Other));
        }

        Assert.Null(await ExchangeAsync(confirmed));
        Assert.NotNull(await Node.Consents.GrantedAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Dialect, default));
        Assert.NotNull(await Node.Get<AccountKeys>().FindAsync(Fixture.Alice.Id, key, default));
    }

    [Fact]
    public async Task Setting_the_same_state_again_ends_no_session()
    {
        var text = await IssueAsync(lifetime: null);

        await SetStateAsync(AccountState.Active);

        Assert.NotNull(await CheckAsync(text));
        Assert.DoesNotContain(
            await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 10, default),
            happened => happened.Kind == "account_state_changed");
    }

    [Fact]
    public async Task The_number_of_sessions_that_a_suspension_ends_is_recorded_once()
    {
        await IssueAsync(lifetime: null);
        await IssueAsync(lifetime: null);
        foreach (var state in new[] { AccountState.Suspended, AccountState.Locked, AccountState.Active })
            await SetStateAsync(state);

        Assert.Equal(
            ["active", "locked", "suspended, 2 sessions ended"],
            (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 10, default))
                .Where(happened => happened.Kind == "account_state_changed").Select(happened => happened.Detail ?? ""),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Deleting_an_account_ends_everything_it_had_for_good()
    {
        var (session, confirmed) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "old client", null, default);

        await SetStateAsync(AccountState.Deleted);
        await SetStateAsync(AccountState.Active);

        Assert.Null(await CheckAsync(session));
        Assert.Null(await ExchangeAsync(confirmed));
        foreach (var table in new[] { "sessions", "handshakes", "consents", "account_keys" })
            Assert.Equal(0, await Node.CountAsync(table));
    }

    [Fact]
    public async Task A_session_gets_a_secret_on_first_demand_and_keeps_it()
    {
        var session = (await CheckAsync(await IssueAsync(lifetime: null)))!;
        Assert.Null(Node.Sessions.SecretOf(session));

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Node : Other).Sessions.SecretOrNewAsync(session, $"candidate {i}", default))));

        Assert.Single(made.Distinct(StringComparer.Ordinal));
        Assert.StartsWith("candidate", made[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_sees_valid_sessions_most_recently_used_first()
    {
        await IssueAsync(TimeSpan.FromMinutes(1));
        var old = await IssueAsync(TimeSpan.FromDays(1), slides: true);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await IssueAsync(lifetime: null);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await CheckAsync(old);

        var listed = (await Node.Get<AccountSessions>().ListAsync(Fixture.Alice.Id, first: null, page: 1, default))
            .Sessions;

        Assert.Equal([Clock.GetUtcNow().AddDays(1), null], listed.Select(session => session.ExpiresAt));
        Assert.All(
            listed,
            session => Assert.Equal(
                ("Gallery", "192.0.2.1", Dialect), (session.ApplicationName, session.OpenedFrom, session.Dialect)));
        Assert.Equal(
            0, (await Node.Get<AccountSessions>().ListAsync(Fixture.Bob.Id, first: null, page: 1, default)).Count);
    }

    private ValueTask<DateTimeOffset> LastUsedAsync() => Node.Store.ReadAsync(connection =>
        connection.FirstAsync(
            "SELECT last_used_at FROM sessions", row => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0))));

    private Task SetStateAsync(AccountState state) =>
        Node.WithAsync<AccountAdministration>(accounts => accounts.SetStateAsync(Fixture.Alice, state, null, default));

    private Task SetEnabledAsync(bool enabled) =>
        Other.WithAsync<ApplicationAdministration>(
            applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, enabled, default));
}
