using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

/// <summary>Identities at the upstream provider, on every engine.</summary>
public abstract class IdentityContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Issuer = "https://id.example.test";

    private static readonly NewIdentity Jane = new(Issuer, "248289761001", "jane");

    private AccountIdentities Identities => Node.Get<AccountIdentities>();

    [Fact]
    public async Task An_identity_is_found_by_issuer_and_subject_exactly()
    {
        Assert.Equal(IdentityLink.Done, await LinkAsync(Fixture.Alice));
        Assert.Equal(Fixture.Alice.Id, (await Identities.FindAsync(Issuer, Jane.Subject, default))?.Id);
        foreach (var (issuer, subject) in ((string, string)[])[
            ("https://other.example.test", Jane.Subject), (Issuer, "24828976100"), (Issuer, "jane"), (Issuer, "alice"),
            (Issuer.ToUpperInvariant(), Jane.Subject), ($"{Issuer}/", Jane.Subject), (Issuer, $"{Jane.Subject} ")])
            Assert.Null(await Identities.FindAsync(issuer, subject, default));
    }

    [Fact]
    public async Task Subjects_that_differ_in_case_are_two_people()
    {
        Assert.Equal(IdentityLink.Done, await LinkAsync(Fixture.Alice, Jane with { Subject = "abc" }));
        Assert.Equal(IdentityLink.Done, await LinkAsync(Fixture.Bob, Jane with { Subject = "ABC" }));
        Assert.Equal(Fixture.Bob.Id, (await Identities.FindAsync(Issuer, "ABC", default))?.Id);
    }

    [Fact]
    public async Task An_identity_is_linked_once_even_if_two_accounts_ask_at_once()
    {
        var both = await Task.WhenAll(LinkAsync(Fixture.Alice), LinkAsync(Fixture.Bob, node: Other));
        Assert.Equal([IdentityLink.Done, IdentityLink.Taken], both.Order());
        Assert.Equal(1, await Node.CountAsync("account_identities"));
    }

    [Fact]
    public async Task An_account_has_one_identity_of_a_provider_even_if_two_are_linked_at_once()
    {
        var both = await Task.WhenAll(
            LinkAsync(Fixture.Alice, Jane with { Subject = "1" }),
            LinkAsync(Fixture.Alice, Jane with { Subject = "2" }, Other));
        Assert.Equal([IdentityLink.Done, IdentityLink.HasOne], both.Order());
        Assert.Equal(
            IdentityLink.Done, await LinkAsync(Fixture.Alice, Jane with { Issuer = "https://other.example.test" }));
    }

    [Fact]
    public async Task Only_the_owner_removes_an_identity_and_not_the_last_way_to_sign_in()
    {
        await LinkAsync(Fixture.Alice);
        var id = Assert.Single(await Identities.ListAsync(Fixture.Alice.Id, default)).Id;
        Assert.Equal(WayRemoval.Gone, await Identities.RemoveAsync(Fixture.Bob.Id, id, Home, default));
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_hash = NULL"));
        Assert.Equal(WayRemoval.OnlyWay, await Identities.RemoveAsync(Fixture.Alice.Id, id, Home, default));
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET password_hash = 'x'"));
        Assert.Equal(WayRemoval.Done, await Identities.RemoveAsync(Fixture.Alice.Id, id, Home, default));
        Assert.Equal(WayRemoval.Gone, await Identities.RemoveAsync(Fixture.Alice.Id, id, Home, default));
    }

    [Fact]
    public async Task An_operator_removes_identities_and_is_named_unless_no_longer_an_administrator()
    {
        await LinkAsync(Fixture.Alice);
        Assert.Null(await Identities.RemoveAllAsync(Fixture.Alice.Id, Home, Fixture.Bob.Id, default));
        await Node.Get<Administrators>().SetAsync(Fixture.Bob.Id, isAdmin: true, Home, by: null, default);
        Assert.Equal(1, await Identities.RemoveAllAsync(Fixture.Alice.Id, Home, Fixture.Bob.Id, default));
        Assert.Equal(0, await Identities.RemoveAllAsync(Fixture.Alice.Id, Home, by: null, default));
        var removed = Assert.Single(await EventsAsync(), entry => entry.Kind == "identity_removed");
        Assert.Equal((Fixture.Bob.Id, "jane"), (removed.ActorUid, removed.Detail));
    }

    [Fact]
    public async Task Erasing_the_account_erases_its_identities_and_their_names_in_its_events()
    {
        await LinkAsync(Fixture.Alice);
        await Node.Get<AccountChanges>().EraseAsync(Fixture.Alice, default);
        Assert.Equal(0, await Node.CountAsync("account_identities"));
        Assert.Null(Assert.Single(await EventsAsync(), entry => entry.Kind == "identity_linked").Detail);
        Assert.Equal(IdentityLink.Done, await LinkAsync(Fixture.Bob));
    }

    private Task<IdentityLink> LinkAsync(Account account, NewIdentity? identity = null, StoreNode? node = null) =>
        (node ?? Node).Get<AccountIdentities>().LinkAsync(account.Id, identity ?? Jane, Home, default);

    private async Task<IReadOnlyList<ListedEvent>> EventsAsync() =>
        await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, since: null, before: null, 10, default);
}
