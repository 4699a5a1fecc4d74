using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class HandshakeContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task An_open_handshake_has_its_time_and_address_and_permissions()
    {
        var text = await OpenAsync(permissions: "read");

        var open = await FindAsync(text);

        Assert.Equal((Clock.GetUtcNow(), "192.0.2.1", "read"), (open!.OpenedAt, open.OpenedFrom, open.Permissions));
    }

    [Fact]
    public async Task A_handshake_is_found_only_by_its_own_application_in_its_own_dialect()
    {
        var text = await OpenAsync();

        Assert.Null(await Node.Handshakes.FindOpenAsync(Dialect, Fixture.Uploader.Id, text, default));
        Assert.Null(await Node.Handshakes.FindOpenAsync("ipernity", Fixture.Gallery.Id, text, default));
        Assert.Null(await FindAsync(text.ToUpperInvariant()));
    }

    [Fact]
    public async Task Confirming_records_the_consent_and_works_for_one_person()
    {
        var open = (await FindAsync(await OpenAsync(permissions: "read")))!;

        Assert.True(
            await Node.Handshakes.ConfirmAsync(open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));

        // A second click is answered like the first one.
        Assert.True(
            await Other.Handshakes.ConfirmAsync(open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));
        Assert.False(await Other.Handshakes.ConfirmAsync(
            open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default, verifier: "another verifier"));
        Assert.False(
            await Other.Handshakes.ConfirmAsync(open, Fixture.Bob.Id, IPAddress.Loopback, (null, false), default));
        Assert.Equal("read", await Node.Consents.GrantedAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Dialect, default));
        Assert.Null(await Node.Consents.GrantedAsync(Fixture.Bob.Id, Fixture.Gallery.Id, Dialect, default));
    }

    [Fact]
    public async Task Of_two_people_who_confirm_simultaneously_one_succeeds()
    {
        var text = await OpenAsync();
        var open = (await FindAsync(text))!;

        var confirmed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Node : Other).Handshakes.ConfirmAsync(
                open, i % 2 == 0 ? Fixture.Alice.Id : Fixture.Bob.Id, IPAddress.Loopback, lifetime: null, default))));

        var byAlice = confirmed.Where((_, i) => i % 2 == 0).ToList();
        var byBob = confirmed.Where((_, i) => i % 2 == 1).ToList();
        Assert.NotEqual(byAlice.Contains(true), byBob.Contains(true));
        Assert.Equal(1, await Node.CountAsync("consents"));
    }

    [Fact]
    public async Task A_confirmed_handshake_is_not_open_and_cannot_be_denied()
    {
        var text = await OpenAsync();
        var open = (await FindAsync(text))!;
        await Node.Handshakes.ConfirmAsync(open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default);

        Assert.Null(await FindAsync(text));
        Assert.False(await Node.Handshakes.DenyAsync(open, Fixture.Alice.Id, IPAddress.Loopback, default));
        Assert.NotNull(await ExchangeAsync(text));
    }

    [Fact]
    public async Task A_denied_handshake_is_gone_and_leaves_no_consent()
    {
        var text = await OpenAsync();
        var open = (await FindAsync(text))!;

        Assert.True(await Node.Handshakes.DenyAsync(open, Fixture.Alice.Id, IPAddress.Loopback, default));

        Assert.False(
            await Node.Handshakes.ConfirmAsync(open, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));
        Assert.Null(await ExchangeAsync(text));
        Assert.Equal(0, await Node.CountAsync("consents"));
    }

    [Fact]
    public async Task An_expired_handshake_can_be_neither_confirmed_nor_exchanged()
    {
        var (open, confirmed) = (await OpenAsync(), await OpenConfirmedAsync());
        var found = (await FindAsync(open))!;
        Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await FindAsync(open));

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await FindAsync(open));
        Assert.False(
            await Node.Handshakes.ConfirmAsync(found, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default));
        Assert.Null(await ExchangeAsync(confirmed));
    }

    [Fact]
    public async Task A_handshake_can_be_opened_confirmed_for_a_person_who_arrives_without_one()
    {
        var text = RandomToken.Hex(38);

        await Node.Handshakes.OpenConfirmedAsync(
            new NewHandshake(
                Dialect, text, Fixture.Gallery.Id, TimeSpan.FromMinutes(15), null, SessionSlides: false, Home),
            Fixture.Bob.Id, grantedBefore: null, default);

        Assert.Null(await FindAsync(text));
        Assert.NotNull(await Node.Consents.GrantedAsync(Fixture.Bob.Id, Fixture.Gallery.Id, Dialect, default));
        Assert.Equal(Fixture.Bob.Id, (await ExchangeAsync(text))!.AccountId);
    }

    [Fact]
    public async Task Opening_a_confirmed_handshake_without_asking_requires_the_earlier_consent_and_does_not_change_it()
    {
        Task<bool> OpenAsync(string permissions, string? grantedBefore) => Node.Handshakes.OpenConfirmedAsync(
            new NewHandshake(
                Dialect, RandomToken.Hex(38), Fixture.Gallery.Id, TimeSpan.FromMinutes(15), null, SessionSlides: false,
                Home, permissions), Fixture.Bob.Id, grantedBefore, default);

        Assert.False(await OpenAsync("read", "write"));
        Assert.True(await OpenAsync("write", null));
        Assert.True(await OpenAsync("read", "write"));
        Assert.False(await OpenAsync("read", "read"));

        Assert.Equal("write", await Node.Consents.GrantedAsync(Fixture.Bob.Id, Fixture.Gallery.Id, Dialect, default));
        Assert.Equal(2, await Node.CountAsync("handshakes"));
    }

    [Fact]
    public async Task A_closed_accounts_handshake_cannot_be_exchanged_even_after_reopening()
    {
        var text = await OpenConfirmedAsync();
        await SetStateAsync(AccountState.Suspended);
        Assert.Null(await ExchangeAsync(text));

        await SetStateAsync(AccountState.Active);

        Assert.Null(await ExchangeAsync(text));
    }

    [Fact]
    public async Task Opening_a_handshake_twice_keeps_the_first()
    {
        // A node does this if it was not told whether the first attempt succeeded.
        var handshake = new NewHandshake(
            Dialect, "text", Fixture.Gallery.Id, TimeSpan.FromMinutes(15), null, SessionSlides: false, Home,
            Permissions: "first");
        await Node.Handshakes.OpenAsync(handshake, default);

        await Other.Handshakes.OpenAsync(handshake with { Permissions = "second" }, default);

        Assert.Equal("first", (await FindAsync("text"))!.Permissions);
        Assert.Equal(
            1,
            await Node.Store.ReadAsync(
                connection => connection.FirstAsync("SELECT COUNT(*) FROM handshakes", row => row.GetInt64(0))));
    }

    private Task SetStateAsync(AccountState state) =>
        Node.WithAsync<AccountAdministration>(accounts => accounts.SetStateAsync(Fixture.Alice, state, null, default));
}
