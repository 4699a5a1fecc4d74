using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>
/// Writes without a commit marker (docs/adr/0017-idempotent-writes.md), if the batch or the answer to it is lost.
/// </summary>
public sealed class IdempotentWriteTests : IAsyncLifetime
{
    private const string Dialect = "unit";

    /// <summary>An address that only the batch in question contains.</summary>
    private static readonly IPAddress Caller = IPAddress.Parse("192.0.2.77");

    private PostgreSqlDatabase _database = null!;
    private Relay _relay = null!;
    private StoreNode _node = null!;
    private StoreFixture _fixture = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgreSqlDatabase.CreateAsync();
        _relay = new Relay(_database.Cluster.Port);
        var settings = _database.Settings;
        settings["ConnectionStrings:TokenAuth"] =
            $"Host=127.0.0.1;Port={_relay.Port};Username=tokenauth;Database={_database.Name};"
            + "Timeout=60;Command Timeout=60";
        _node = new StoreNode(settings, new TestClock());
        _fixture = await StoreFixture.MakeAsync(_node);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _relay.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("Commits", 1)]
    [InlineData("Commits", 3)]
    [InlineData("Answers", 1)]
    [InlineData("Answers", 3)]
    public async Task An_exchange_happens_once_and_succeeds(string loss, int times)
    {
        var text = RandomToken.Hex(19);
        await _node.Handshakes.OpenAsync(Handshake(text), default);
        var open = await _node.Handshakes.FindOpenAsync(Dialect, _fixture.Gallery.Id, text, default);
        await _node.Handshakes.ConfirmAsync(open!, _fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default);
        Lose(loss, times);

        var outcome = await _node.Handshakes.ExchangeAsync(
            Dialect, _fixture.Gallery.Id, text, RandomToken.Hex(32), "a secret", Caller, default);

        Assert.True(outcome.Succeeded(out var exchanged, out _));
        Assert.Equal(
            (_fixture.Alice.Id, "Alice", "a secret"), (exchanged.AccountId, exchanged.Login, exchanged.Secret));
        var check = await _node.Sessions.CheckAsync(Dialect, _fixture.Gallery.Id, exchanged.Text, default);
        Assert.True(check.Succeeded(out var session, out _));
        Assert.Equal("a secret", _node.Sessions.SecretOf(session));
        Assert.Equal(0, _relay.LeftToLose);
        Assert.Equal((0, 1), (await _node.CountAsync("handshakes"), await _node.CountAsync("sessions")));
    }

    [Theory]
    [InlineData("Commits", 2, null)]
    [InlineData("Answers", 2, null)]
    [InlineData("Commits", 2, "a verifier of sixteen bytes")]
    [InlineData("Answers", 2, "a verifier of sixteen bytes")]
    public async Task A_confirmation_happens_once_with_its_consent_and_event(string loss, int times, string? verifier)
    {
        var text = RandomToken.Hex(19);
        await _node.Handshakes.OpenAsync(Handshake(text), default);
        var open = await _node.Handshakes.FindOpenAsync(Dialect, _fixture.Gallery.Id, text, default);
        Lose(loss, times);

        Assert.True(await _node.Handshakes.ConfirmAsync(
            open!, _fixture.Alice.Id, Caller, lifetime: null, default, "read", verifier));

        Assert.Equal(0, _relay.LeftToLose);
        Assert.Equal(
            "read",
            await _node.Get<ConsentStore>().GrantedAsync(_fixture.Alice.Id, _fixture.Gallery.Id, Dialect, default));
        Assert.Equal(1, await ConsentEventsAsync());
        Assert.True((await _node.Handshakes.ExchangeAsync(
            Dialect, _fixture.Gallery.Id, text, RandomToken.Hex(32), null, Caller, default, verifier: verifier))
            .Succeeded(out _, out _));
    }

    [Theory]
    [InlineData("Commits", null)]
    [InlineData("Answers", null)]
    [InlineData("Commits", "read")]
    [InlineData("Answers", "read")]
    public async Task A_handshake_is_opened_confirmed_once(string loss, string? grantedBefore)
    {
        var (alice, handshake) = (_fixture.Alice.Id, Handshake(RandomToken.Hex(19)) with { Permissions = "read" });
        if (grantedBefore is not null)
        {
            await _node.Handshakes.OpenConfirmedAsync(
                handshake with { Text = RandomToken.Hex(19) }, alice, grantedBefore: null, default);
        }

        var before = await _node.CountAsync("handshakes");
        Lose(loss, times: 2);

        Assert.True(await _node.Handshakes.OpenConfirmedAsync(
            handshake with { OpenedFrom = Caller }, alice, grantedBefore, default));

        Assert.Equal(0, _relay.LeftToLose);
        Assert.Equal(before + 1, await _node.CountAsync("handshakes"));
        Assert.Equal(1, await ConsentEventsAsync());
    }

    [Theory]
    [InlineData("Commits", 2)]
    [InlineData("Answers", 2)]
    public async Task A_numbered_session_is_issued_once(string loss, int times)
    {
        Lose(loss, times);

        var text = await _node.Sessions.IssueNumberedAsync(
            new NewSession(
                Dialect, Text: "", Secret: null, ApplicationId: null, _fixture.Alice.Id, Permissions: "",
                TimeSpan.FromHours(1), Slides: false, Caller),
            number => $"session {number}", default);

        Assert.Equal("session 1", text);
        Assert.True((await _node.Sessions.CheckAsync(Dialect, null, text!, default)).Succeeded(out _, out _));
        Assert.Equal(0, _relay.LeftToLose);
        Assert.Equal(1, await _node.CountAsync("sessions"));
    }

    [Theory]
    [InlineData("Commits", 2)]
    [InlineData("Answers", 2)]
    public async Task A_ticket_of_a_known_user_is_issued_once(string loss, int times)
    {
        await TicketAsync("first");
        Lose(loss, times);

        var ticket = await TicketAsync("second");

        Assert.True((await _node.Sessions.CheckAsync(Dialect, null, ticket, default)).Succeeded(out _, out _));
        Assert.Equal(0, _relay.LeftToLose);
        Assert.Equal(
            (2, 2, 1),
            (await _node.CountAsync("sessions"), await _node.CountAsync("replays"),
                await _node.CountAsync("application_users")));
    }

    private async Task<int> ConsentEventsAsync() =>
        (await _node.Get<SecurityEvents>().ListAsync(_fixture.Alice.Id, since: null, before: null, limit: 100, default))
            .Count(happened => happened.Kind == "consent_given");

    private NewHandshake Handshake(string text) => new(
        Dialect, text, _fixture.Gallery.Id, TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), SessionSlides: false,
        IPAddress.Loopback);

    private void Lose(string loss, int times) => _relay.Lose(Enum.Parse<Relay.Loss>(loss), times, Caller.ToString());

    private async Task<string> TicketAsync(string signature)
    {
        var ticket = RandomToken.Hex(64);
        var application = await _node.Get<ApplicationDirectory>().FindEnabledAsync(_fixture.Gallery.Id, default);
        var fault = await _node.Get<UserRegistry>().LoginAsync(
            new UserAssertion(
                application!, "wiki", "ann", "ann@example.test", EmailOptIn: true, DisplayName: null, ProfileUrl: null,
                AvatarUrl: null, Role: null, (Dialect, signature, DateTimeOffset.MaxValue)),
            new NewSession(
                Dialect, ticket, Secret: null, _fixture.Gallery.Id, AccountId: null, Permissions: "",
                TimeSpan.FromHours(10), Slides: false, signature == "first" ? IPAddress.Loopback : Caller),
            default);
        Assert.Null(fault);
        return ticket;
    }
}
