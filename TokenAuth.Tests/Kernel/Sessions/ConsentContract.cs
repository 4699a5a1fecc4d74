using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

public abstract class ConsentContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Revoking_a_consent_ends_its_sessions_and_confirmed_handshakes()
    {
        var session = (await ExchangeAsync(await OpenConfirmedAsync()))!.Text;
        var (confirmed, open) = (await OpenConfirmedAsync(), await OpenAsync());

        Assert.True(
            await Other.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Gallery.Id, IPAddress.Loopback, default));

        Assert.Null(await Node.Consents.GrantedAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Dialect, default));
        Assert.Null(await CheckAsync(session));
        Assert.Null(await ExchangeAsync(confirmed));
        Assert.NotNull(await FindAsync(open));
        Assert.False(
            await Node.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Gallery.Id, IPAddress.Loopback, default));
    }

    [Fact]
    public async Task Revoking_a_consent_ends_nothing_of_other_people_and_applications()
    {
        var session = await IssueAsync(lifetime: null);
        await OpenConfirmedAsync();

        Assert.False(await Node.Consents.RevokeAsync(Fixture.Bob.Id, Fixture.Gallery.Id, IPAddress.Loopback, default));
        Assert.False(
            await Node.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Uploader.Id, IPAddress.Loopback, default));

        Assert.NotNull(await CheckAsync(session));
        Assert.NotNull(await Node.Consents.GrantedAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Dialect, default));
    }

    [Fact]
    public async Task Revoking_ends_a_session_that_has_no_consent()
    {
        var session = await IssueAsync(lifetime: null);

        Assert.False(
            await Node.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Gallery.Id, IPAddress.Loopback, default));

        Assert.Null(await CheckAsync(session));
    }

    [Fact]
    public async Task A_new_consent_replaces_the_permissions()
    {
        await OpenConfirmedAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        var text = await OpenAsync(permissions: "write");

        await Node.Handshakes.ConfirmAsync(
            (await FindAsync(text))!, Fixture.Alice.Id, IPAddress.Loopback, lifetime: null, default);

        var allowed = Assert.Single(await Node.Consents.AllowedAsync(Fixture.Alice.Id, default));
        Assert.Equal(
            (Fixture.Gallery.Id, "Gallery", Clock.GetUtcNow()),
            (allowed.ApplicationId, allowed.Name, allowed.GrantedAt));
        Assert.Equal("write", await Node.Consents.GrantedAsync(Fixture.Alice.Id, Fixture.Gallery.Id, Dialect, default));
    }

    [Fact]
    public async Task An_application_gets_the_names_of_active_consenting_people_once_each()
    {
        await OpenConfirmedAsync();
        var names = Node.Get<AccountNames>();
        long[] asked = [999, Fixture.Bob.Id, Fixture.Alice.Id, Fixture.Alice.Id];

        Assert.Equal(
            [new AccountName(Fixture.Alice.Id, Fixture.Alice.UserName!, "Alice")],
            await names.OfConsentingAsync(Fixture.Gallery.Id, asked, default));
        Assert.Empty(await names.OfConsentingAsync(Fixture.Uploader.Id, asked, default));
        Assert.Empty(await names.OfConsentingAsync(Fixture.Gallery.Id, [], default));

        await Node.WithAsync<AccountAdministration>(
            accounts => accounts.SetStateAsync(Fixture.Alice, AccountState.Suspended, null, default));
        Assert.Empty(await names.OfConsentingAsync(Fixture.Gallery.Id, asked, default));
    }
}
