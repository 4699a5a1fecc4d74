using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

/// <summary>An owner closes an account, comes back within a week, or does not.</summary>
public abstract class AccountClosingContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Closing_ends_sessions_and_handshakes_on_both_nodes_and_keeps_consents_and_keys()
    {
        var (session, handshake) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", Home, default);
        Assert.NotNull(await CheckAsync(session, Other));

        Assert.Equal(CloseResult.Done, await CloseAsync());

        Assert.Null(await CheckAsync(session));
        Assert.Null(await ExchangeAsync(handshake, Other));
        Assert.Equal(FaultKind.AccountClosed, await SignInFaultAsync("dreamwidth"));
        Assert.Null(await Node.Get<AccountKeys>().FindOwnerAsync("Alice", key, default));
        Assert.False(await TryIssueAsync());
        Assert.Equal(
            (1, 1, 0),
            (await Node.CountAsync("consents"), await Node.CountAsync("account_keys"),
                await Node.CountAsync("sessions")));
        Assert.Equal(
            ("erasure_requested", "192.0.2.1", "2 sessions ended"), await LastEventAsync());
        var shown = await Node.Get<AccountListing>().FindAsync("alice", default);
        Assert.Equal(
            (AccountState.Closing, Clock.GetUtcNow() + AccountClosing.Grace), (shown!.State, shown.EraseAt));
    }

    [Fact]
    public async Task On_the_pages_the_right_password_is_accepted_so_that_the_owner_can_come_back()
    {
        await CloseAsync();

        Assert.Null(await SignInFaultAsync("browser"));
        Assert.Equal(FaultKind.CredentialsWrong, await SignInFaultAsync("browser", "wrong password"));

        await SetStateAsync(AccountState.Suspended);
        Assert.Equal(FaultKind.AccountClosed, await SignInFaultAsync("browser"));
    }

    [Fact]
    public async Task An_owner_who_comes_back_has_everything_but_the_sessions()
    {
        var session = await IssueAsync(lifetime: null);
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", Home, default);
        await CloseAsync();
        Assert.Equal(Clock.GetUtcNow() + AccountClosing.Grace, await ErasedAtAsync());
        Clock.Advance(AccountClosing.Grace - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await EraseDueAsync());

        Assert.True(await KeepAsync(Other));

        Assert.False(await KeepAsync());
        Assert.Null(await ErasedAtAsync());
        Assert.Null(await CheckAsync(session));
        Assert.NotNull(await Node.Get<AccountKeys>().FindOwnerAsync("Alice", key, default));
        Assert.Null(await SignInFaultAsync("dreamwidth"));
        Assert.True(await TryIssueAsync());
        Assert.Equal(("erasure_cancelled", "192.0.2.1", null), await LastEventAsync());
        Clock.Advance(AccountClosing.Grace);
        Assert.Equal(0, await EraseDueAsync());
    }

    [Fact]
    public async Task An_account_is_erased_after_a_week_with_everything_that_belongs_to_it()
    {
        await OpenConfirmedAsync();
        await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "The key’s name", Home, default);
        await CloseAsync();
        Clock.Advance(AccountClosing.Grace);

        await Other.Get<ExpirySweep>().SweepAsync(default);

        Assert.Null(await Node.Get<AccountListing>().FindAsync("alice", default));
        Assert.Equal(
            (0, 0, 1),
            (await Node.CountAsync("consents"), await Node.CountAsync("account_keys"),
                await Node.CountAsync("accounts")));
        Assert.False(await KeepAsync());
        var events = await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, limit: 20, default);
        Assert.Contains(events, entry => entry.Kind == "account_erased");
        Assert.DoesNotContain(events, entry => entry.Detail == "The key’s name");
        Assert.Equal(FaultKind.CredentialsWrong, await SignInFaultAsync("browser"));
        Assert.Equal(0, await EraseDueAsync());
    }

    [Fact]
    public async Task The_sweep_erases_any_number_of_accounts_and_no_other()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
            INSERT INTO accounts (display_name, state, is_admin, created_at, last_session_number, user_name,
              normalized_user_name, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled,
              access_failed_count, erase_at)
            SELECT 'x', @closing, @no, 0, 0, 'm' || i, 'M' || i, @no, @no, @no, @no, 0, @now + i - 200 FROM n
            """,
            ("@no", false), ("@closing", (long)AccountState.Closing), ("@now", Clock.GetUtcNow())));

        Assert.Equal(200, await EraseDueAsync());

        Assert.Equal(52, await Node.CountAsync("accounts"));
    }

    [Fact]
    public async Task Of_an_owner_who_comes_back_and_two_sweeps_at_once_one_wins()
    {
        for (var i = 0; i < 10; i++)
        {
            var person = (await Node.WithAsync<AccountAdministration, Account>(async accounts =>
                (await accounts.AddAsync(
                    new NewAccount($"person_{i}", "p@example.test", null, StoreFixture.Password), default)).Account!))
                .Id;
            Assert.Equal(CloseResult.Done, await CloseAsync(person));
            Clock.Advance(AccountClosing.Grace);

            var kept = KeepAsync(Node, person);
            var erased = await Task.WhenAll(EraseDueAsync(), EraseDueAsync(Other));

            Assert.Equal(await kept ? 0 : 1, erased.Sum());
            Assert.Equal(
                await kept, await Other.Get<AccountSearch>().FindAsync(person, default) is { State: AccountState.Active });
        }
    }

    [Fact]
    public async Task An_owner_who_has_forgotten_the_password_comes_back_with_a_link()
    {
        await CloseAsync();
        var resets = Other.Get<PasswordResets>();
        var token = await resets.MakeAsync(Fixture.Alice.Id, by: null, Home, default);

        Assert.Equal("Alice", (await resets.FindAsync(token, default))!.Login);
        Assert.Equal(
            ResetResult.Done, (await resets.UseAsync(token, "a wholly new password", Home, default)).Result);

        Assert.Null(await SignInFaultAsync("browser", "a wholly new password"));
        Assert.NotNull(await ErasedAtAsync());
    }

    [Fact]
    public async Task The_last_administrator_cannot_leave()
    {
        await Node.Get<Administrators>().SetAsync(Fixture.Alice.Id, isAdmin: true, Home, by: null, default);
        Assert.Equal(CloseResult.LastAdministrator, await CloseAsync());
        Assert.Null(await SignInFaultAsync("dreamwidth"));

        await Node.Get<Administrators>().SetAsync(Fixture.Bob.Id, isAdmin: true, Home, by: null, default);
        Assert.Equal(CloseResult.Done, await CloseAsync());
        Assert.False(await Other.Get<Administrators>().IncludesAsync(Fixture.Alice.Id, default));
        Assert.Equal(CloseResult.LastAdministrator, await CloseAsync(Fixture.Bob.Id));
    }

    [Fact]
    public async Task Of_two_administrators_who_leave_at_once_one_stays()
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var account in new[] { Fixture.Alice, Fixture.Bob })
            {
                await SetStateAsync(AccountState.Active, account);
                await Node.Get<Administrators>().SetAsync(account.Id, isAdmin: true, Home, by: null, default);
            }

            var results = await Task.WhenAll(CloseAsync(Fixture.Alice.Id), CloseAsync(Fixture.Bob.Id, Other));

            Assert.Equal([CloseResult.Done, CloseResult.LastAdministrator], results.Order());
        }
    }

    [Fact]
    public async Task A_session_that_has_ended_closes_nothing()
    {
        var session = await OpenBrowserAsync(Fixture.Alice.Id, Node);
        var bobs = await OpenBrowserAsync(Fixture.Bob.Id, Node);
        await Node.Sessions.EndAsync(session, Fixture.Alice.Id, Home, default);

        foreach (var other in new[] { session, bobs })
            Assert.Equal(CloseResult.NoLonger, await CloseInAsync(other, Fixture.Alice.Id, Node));

        Assert.Null(await SignInFaultAsync("dreamwidth"));
    }

    [Fact]
    public async Task A_proof_from_before_a_change_of_the_password_keeps_nothing()
    {
        var stamp = (await Node.Get<AccountDirectory>().FindAsync("alice", default))!.Stamp;
        await CloseAsync();
        await Node.Get<AccountChanges>().SetPasswordAsync(Fixture.Alice, "a wholly new password", default);

        Assert.False(await Node.Get<AccountClosing>().KeepAsync(
            Fixture.Alice.Id, stamp, (await ErasedAtAsync())!.Value, Home, default));
        Assert.Null(await Node.Get<AccountClosing>().ErasedAtAsync(Fixture.Alice.Id, stamp, default));
        Assert.True(await KeepAsync());
    }

    [Fact]
    public async Task A_proof_keeps_an_account_once_even_if_it_is_closed_again()
    {
        await CloseAsync();
        var eraseAt = (await ErasedAtAsync())!.Value;
        var closing = Other.Get<AccountClosing>();
        Assert.True(await closing.KeepAsync(Fixture.Alice.Id, null, eraseAt, Home, default));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await CloseAsync();

        Assert.False(await closing.KeepAsync(Fixture.Alice.Id, null, eraseAt, Home, default));
        Assert.NotNull(await ErasedAtAsync());
    }

    [Theory]
    [InlineData("Active")]
    [InlineData("Suspended")]
    [InlineData("Deleted")]
    public async Task Another_state_cancels_the_erasure(string state)
    {
        await CloseAsync();
        await SetStateAsync(Enum.Parse<AccountState>(state));
        Clock.Advance(AccountClosing.Grace);

        Assert.Equal(0, await EraseDueAsync());
        var shown = await Other.Get<AccountListing>().FindAsync("alice", default);
        Assert.Equal((state, null), (shown!.State.ToString(), shown.EraseAt));
    }

    private async Task<CloseResult> CloseAsync(long? account = null, StoreNode? node = null)
    {
        var id = account ?? Fixture.Alice.Id;
        var (there, session) = (node ?? Node, 0L);
        session = await OpenBrowserAsync(id, there);
        return await CloseInAsync(session, id, there);
    }

    private static Task<CloseResult> CloseInAsync(long session, long account, StoreNode node) =>
        node.Get<AccountClosing>().CloseAsync(account, session, Home, default);

    /// <summary>Opens a session as the pages do, and returns its number.</summary>
    private static async Task<long> OpenBrowserAsync(long account, StoreNode node)
    {
        var text = RandomToken.Hex(32);
        await node.Sessions.IssueAsync(Browser(text, account), default);
        var check = await node.Sessions.CheckAsync("browser", applicationId: null, text, default);
        return check.Succeeded(out var session, out _) ? session.Id : 0;
    }

    private Task<bool> TryIssueAsync() =>
        Node.Sessions.IssueAsync(Browser(RandomToken.Hex(32), Fixture.Alice.Id), default);

    private static NewSession Browser(string text, long account) => new(
        "browser", text, Secret: null, ApplicationId: null, account, Permissions: "", TimeSpan.FromHours(12),
        Slides: true, Home);

    private async Task<bool> KeepAsync(StoreNode? node = null, long? account = null)
    {
        var (closing, id) = ((node ?? Node).Get<AccountClosing>(), account ?? Fixture.Alice.Id);
        return await closing.ErasedAtAsync(id, stamp: null, default) is { } eraseAt
            && await closing.KeepAsync(id, stamp: null, eraseAt, Home, default);
    }

    private async Task<DateTimeOffset?> ErasedAtAsync() =>
        await Other.Get<AccountClosing>().ErasedAtAsync(Fixture.Alice.Id, stamp: null, default);

    private Task<int> EraseDueAsync(StoreNode? node = null) =>
        (node ?? Node).Get<AccountClosing>().EraseDueAsync(default);

    private Task SetStateAsync(AccountState state, Account? account = null) =>
        Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(account ?? Fixture.Alice, state, Home, default));

    private async Task<FaultKind?> SignInFaultAsync(string dialect, string password = StoreFixture.Password) =>
        (await Other.Get<PasswordCheck>().CheckAsync("alice", password, new SignInCaller(Home, dialect), default))
            .Succeeded(out _, out var fault) ? null : fault.Kind;

    /// <summary>The last event but sign-ins, which are written later.</summary>
    private async Task<(string Kind, string? Address, string? Detail)> LastEventAsync() =>
        (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, limit: 20, default))
            .Where(entry => !entry.Kind.StartsWith("sign_in", StringComparison.Ordinal))
            .Select(entry => (entry.Kind, entry.Address, entry.Detail)).First();
}
