using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class ExchangeContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task An_unconfirmed_handshake_cannot_be_exchanged_and_stays_open()
    {
        var text = await OpenAsync();

        Assert.Null(await ExchangeAsync(text));
        Assert.Null(await ExchangeAsync(text));

        Assert.True(
            await Node.Handshakes.ConfirmAsync(
                (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));
        Assert.NotNull(await ExchangeAsync(text));
    }

    [Fact]
    public async Task A_confirmed_handshake_becomes_a_session_once()
    {
        var text = await OpenConfirmedAsync();

        var exchanged = (await ExchangeAsync(text))!;

        Assert.Null(await ExchangeAsync(text));
        Assert.Equal(0, await Node.CountAsync("handshakes"));
        Assert.Equal(
            (Fixture.Alice.Id, (DateTimeOffset?)Clock.GetUtcNow().AddHours(24)),
            (exchanged.AccountId, exchanged.ExpiresAt));
        var session = (await CheckAsync(exchanged.Text, Other))!;
        Assert.Equal(
            (Fixture.Alice.Id, Fixture.Gallery.Id, "Alice"),
            (session.AccountId!.Value, session.ApplicationId!.Value, session.Login));
    }

    [Fact]
    public async Task Of_twenty_simultaneous_exchanges_on_two_nodes_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var text = await OpenConfirmedAsync();

            var exchanged = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(i => Task.Run(() => ExchangeAsync(text, i % 2 == 0 ? Node : Other))));

            Assert.Single(exchanged, winner => winner is not null);
            Assert.Equal(round + 1, await Node.CountAsync("sessions"));
        }
    }

    [Fact]
    public async Task Another_application_or_dialect_cannot_exchange_the_handshake_and_it_stays()
    {
        var text = await OpenConfirmedAsync();

        Assert.Null(await ExchangeAsync(text, application: Fixture.Uploader.Id));
        Assert.Null(await ExchangeAsync(text, dialect: "ipernity"));

        Assert.NotNull(await ExchangeAsync(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("verifie")]
    [InlineData("Verifier")]
    [InlineData("verifier ")]
    public async Task A_handshake_with_a_verifier_is_exchanged_only_with_the_right_verifier(string? wrong)
    {
        var text = await ConfirmedWithVerifierAsync();

        for (var attempt = 0; attempt < 10; attempt++)
            Assert.Equal(FaultKind.VerifierWrong, (await ExchangeWithAsync(text, wrong)).Fault?.Kind);

        Assert.Null((await ExchangeWithAsync(text, "verifier", Other)).Fault);
        Assert.Equal(FaultKind.HandshakeUnusable, (await ExchangeWithAsync(text, "verifier")).Fault?.Kind);
    }

    [Fact]
    public async Task Of_simultaneous_exchanges_with_right_and_wrong_verifiers_one_right_one_wins()
    {
        var text = await ConfirmedWithVerifierAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            ExchangeWithAsync(text, i % 2 == 0 ? "verifier" : "wrong", i % 4 < 2 ? Node : Other))));

        Assert.Single(outcomes, outcome => outcome.Fault is null);
        Assert.Equal(1, await Node.CountAsync("sessions"));
    }

    /// <summary>A client that exchanges continuously finds no moment without the verifier check.</summary>
    [Fact]
    public async Task A_handshake_cannot_be_exchanged_without_its_verifier_during_confirmation()
    {
        for (var round = 0; round < 10; round++)
        {
            var text = await OpenAsync();
            var open = (await FindAsync(text))!;

            var outcomes = await Task.WhenAll(
                Task.Run(async () =>
                {
                    var isConfirmed = await Node.Handshakes.ConfirmAsync(
                        open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default, verifier: "verifier");
                    return isConfirmed ? null : (FaultKind?)FaultKind.Internal;
                }),
                Task.Run(async () => (await ExchangeWithAsync(text, null, Other)).Fault?.Kind),
                Task.Run(async () => (await ExchangeWithAsync(text, "wrong")).Fault?.Kind));

            Assert.Null(outcomes[0]);
            Assert.All(
                outcomes[1..],
                kind => Assert.True(kind is FaultKind.HandshakeUnusable or FaultKind.VerifierWrong, kind.ToString()));
        }
    }

    [Fact]
    public async Task A_handshake_without_a_verifier_ignores_the_verifier()
    {
        Assert.Null((await ExchangeWithAsync(await OpenConfirmedAsync(), "any")).Fault);
        Assert.Equal(FaultKind.HandshakeUnusable, (await ExchangeWithAsync(await OpenAsync(), "any")).Fault?.Kind);
    }

    [Fact]
    public async Task The_session_has_the_handshakes_permissions()
    {
        var text = await OpenAsync(permissions: "doc:read");
        await Node.Handshakes.ConfirmAsync(
            (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default);

        var exchanged = (await ExchangeAsync(text))!;

        Assert.Equal("doc:read", exchanged.Permissions);
        Assert.Equal("doc:read", (await CheckAsync(exchanged.Text))!.Permissions);
    }

    [Fact]
    public async Task The_lifetime_that_the_person_chose_overrides_the_applications_request()
    {
        var text = await OpenAsync(slides: true);
        await Node.Handshakes.ConfirmAsync(
            (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, (Lifetime: null, Slides: false), default);

        var exchanged = (await ExchangeAsync(text))!;

        Assert.Null(exchanged.ExpiresAt);
        Clock.Advance(TimeSpan.FromDays(10_000));
        Assert.NotNull(await CheckAsync(exchanged.Text));
    }

    [Fact]
    public async Task The_session_slides_if_the_application_requested_it()
    {
        var text = await OpenAsync(slides: true, lifetime: TimeSpan.FromHours(1));
        await Node.Handshakes.ConfirmAsync(
            (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default);
        var exchanged = (await ExchangeAsync(text))!;
        Assert.Equal(Clock.GetUtcNow().AddHours(1), exchanged.ExpiresAt);

        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(59));
            Assert.NotNull(await CheckAsync(exchanged.Text));
        }
    }

    [Fact]
    public async Task The_sessions_secret_can_be_read_back_and_is_stored_encrypted()
    {
        var secret = RandomToken.Hex(32);
        var exchanged = (await ExchangeAsync(await OpenConfirmedAsync(), secret: secret))!;

        var session = (await CheckAsync(exchanged.Text, Other))!;

        Assert.Equal(secret, exchanged.Secret);
        Assert.Equal(secret, Other.Sessions.SecretOf(session));
        Assert.DoesNotContain(secret, session.ProtectedSecret, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> ConfirmedWithVerifierAsync()
    {
        var text = await OpenAsync();
        Assert.True(
            await Node.Handshakes.ConfirmAsync(
                (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default,
                verifier: "verifier"));
        return text;
    }

    private Task<Outcome<ExchangeResult>> ExchangeWithAsync(string text, string? verifier, StoreNode? node = null) =>
        (node ?? Node).Handshakes.ExchangeAsync(
            Dialect, Fixture.Gallery.Id, text, RandomToken.Hex(32), sessionSecret: null, Home, default,
            verifier: verifier);
}
