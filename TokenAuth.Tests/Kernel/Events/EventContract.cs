using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Events;

public abstract class EventContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_handshake_records_a_consent_and_a_sign_in_with_account_application_time_and_address()
    {
        await ExchangeAsync(await OpenConfirmedAsync());

        var events = await ListAsync(Fixture.Alice.Id);

        Assert.Equal("sign_in consent_given account_created", KindsOf(events));
        Assert.Equal(
            (Clock.GetUtcNow(), "Alice", "Gallery", Dialect, Home.ToString(), 1),
            (
                events[0].At, events[0].Login, events[0].Application, events[0].Dialect, events[0].Address,
                events[0].Count));
    }

    [Fact]
    public async Task Each_change_to_an_account_records_one_event()
    {
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(Fixture.Alice, AccountState.Locked, from: null, default));
        var keys = Node.Get<AccountKeys>();
        await keys.AddAsync(Fixture.Alice.Id, "backup", Home, default);
        await keys.RevokeAsync(
            Fixture.Alice.Id, (await keys.ListAsync(Fixture.Alice.Id, default))[0].Id, Home, default);
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.ChangePasswordAsync(Fixture.Alice, "another good password", null, Home, default));
        await Node.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Home, default);

        Assert.Equal(
            [
                ("password_changed", null), ("key_revoked", "backup"), ("key_made", "backup"),
                ("account_state_changed", "locked"), ("account_created", null)],
            (await ListAsync(Fixture.Alice.Id)).Select(e => (e.Kind, e.Detail)));
    }

    [Fact]
    public async Task Each_change_to_an_application_records_one_event_and_an_unknown_application_none()
    {
        foreach (var key in new[] { Fixture.Gallery.ApiKey, "no-such-key" })
        {
            await Node.WithAsync<ApplicationAdministration>(async applications =>
            {
                await applications.SetEnabledAsync(key, enabled: false, default);
                await applications.SetEnabledAsync(key, enabled: true, default);
                await applications.RotateAsync(key, default);
            });
        }

        Assert.Equal(
            "secret_rotated application_enabled application_disabled application_registered",
            KindsOf((await ListAsync(null)).Where(e => e.Application == "Gallery")));
    }

    [Fact]
    public async Task Ending_a_session_records_one_event()
    {
        await IssueAsync(lifetime: null);
        var id = (await Node.Get<AccountSessions>().ListAsync(Fixture.Alice.Id, first: null, page: 1, default))
            .Sessions.Single().Id;

        await Node.Sessions.EndAsync(id, Fixture.Alice.Id, Home, default);
        await Node.Sessions.EndAsync(id, Fixture.Alice.Id, Home, default);

        Assert.Single(await ListAsync(Fixture.Alice.Id), e => e.Kind == "session_ended");
    }

    [Fact]
    public async Task Equal_events_in_quick_succession_are_one_row_with_a_count()
    {
        var log = Node.Get<SecurityLog>();
        for (var i = 0; i < 1000; i++)
            log.Add(
                new SecurityEvent(
                    EventKind.SignInFailed, Fixture.Alice.Id, Dialect: "browser",
                    From: IPAddress.Parse($"192.0.2.{i % 2}")));

        var failures = (await ListAsync(Fixture.Alice.Id)).Where(e => e.Kind == "sign_in_failed").ToList();

        Assert.Equal([500, 500], failures.Select(e => e.Count));
    }

    [Fact]
    public async Task Beyond_ten_thousand_distinct_events_are_counted_without_addresses()
    {
        var log = Node.Get<SecurityLog>();
        for (var i = 0; i < EventBacklog.MaxEntries + 500; i++)
            log.Add(new SecurityEvent(EventKind.SignInFailed, From: new IPAddress(i)));
        await log.FlushAsync(default);

        var (rows, happened, nameless) = await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT COUNT(*), SUM(count), SUM(CASE WHEN address IS NULL THEN count ELSE 0 END) FROM security_events "
            + "WHERE kind = 'sign_in_failed'",
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))));
        Assert.InRange(rows, EventBacklog.MaxEntries, EventBacklog.MaxEntries + 1);
        Assert.Equal((EventBacklog.MaxEntries + 500, 500), (happened, nameless));
    }

    [Fact]
    public async Task A_rolled_back_change_records_no_event()
    {
        var log = Node.Get<SecurityLog>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => log.WriteAsync<int>(
            (_, happened) =>
            {
                happened.Add(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id));
                throw new InvalidOperationException("given up");
            },
            default).AsTask());

        Assert.DoesNotContain(await ListAsync(Fixture.Alice.Id), e => e.Kind == "key_made");
    }

    [Fact]
    public async Task Events_are_listed_in_pages_since_a_time_and_for_one_account()
    {
        var log = Node.Get<SecurityLog>();
        log.Add(new SecurityEvent(EventKind.SessionEnded, Fixture.Bob.Id));
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            log.Add(new SecurityEvent(EventKind.SessionEnded, Fixture.Alice.Id, Detail: $"{i}"));
        }

        var events = Node.Get<SecurityEvents>();
        var first = await events.ListAsync(
            Fixture.Alice.Id, Clock.GetUtcNow().AddHours(-3), before: null, limit: 3, default);
        var second = await events.ListAsync(
            Fixture.Alice.Id, Clock.GetUtcNow().AddHours(-3), first[^1].Id, limit: 3, default);

        Assert.Equal("432", string.Concat(first.Select(e => e.Detail)));
        Assert.Equal("1", string.Concat(second.Select(e => e.Detail)));
    }

    [Fact]
    public async Task Events_are_retained_for_ninety_days()
    {
        await ListAsync(null);
        Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMilliseconds(1));
        await Node.Get<ExpirySweep>().SweepAsync(default);
        Assert.NotEmpty(await ListAsync(null));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Node.Get<ExpirySweep>().SweepAsync(default);
        Assert.Empty(await ListAsync(null));
    }

    private static string KindsOf(IEnumerable<ListedEvent> events) => string.Join(' ', events.Select(e => e.Kind));

    private Task<IReadOnlyList<ListedEvent>> ListAsync(long? account) =>
        Node.Get<SecurityEvents>().ListAsync(account, since: null, before: null, limit: 100, default);
}
