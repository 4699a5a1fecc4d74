using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class AdministratorContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_right_is_given_and_taken_and_each_change_is_an_event_that_names_the_administrator()
    {
        Assert.False(await IsAdminAsync(Fixture.Alice));
        Assert.Equal(AdministratorChange.Done, await SetAsync(Fixture.Alice, isAdmin: true));
        Assert.Equal(AdministratorChange.Unchanged, await SetAsync(Fixture.Alice, isAdmin: true));
        Assert.True(await IsAdminAsync(Fixture.Alice));
        Assert.Equal(AdministratorChange.Done, await SetAsync(Fixture.Bob, isAdmin: true, by: Fixture.Alice));
        Assert.Equal(AdministratorChange.Done, await SetAsync(Fixture.Alice, isAdmin: false, by: Fixture.Bob));
        Assert.False(await IsAdminAsync(Fixture.Alice));
        Assert.Equal(AdministratorChange.Refused, await SetAsync(Fixture.Bob, isAdmin: false, by: Fixture.Alice));

        var events = await Node.Get<SecurityEvents>().ListAsync(null, null, null, limit: 3, default);
        Assert.Equal(
            [
                ("administrator_removed", "Alice", "bob_2"), ("administrator_added", "bob_2", "Alice"),
                ("administrator_added", "Alice", null),
            ],
            events.Select(entry => (entry.Kind, entry.Login!, entry.Actor)));
    }

    [Fact]
    public async Task A_closed_account_is_no_administrators()
    {
        await SetAsync(Fixture.Alice, isAdmin: true);
        Assert.True(await SetStateAsync(Fixture.Alice, AccountState.Suspended, by: null));

        Assert.False(await IsAdminAsync(Fixture.Alice));
        Assert.False(await SetStateAsync(Fixture.Bob, AccountState.Suspended, by: Fixture.Alice));
        Assert.Equal(AdministratorChange.Refused, await SetAsync(Fixture.Bob, isAdmin: true, by: Fixture.Alice));
    }

    [Fact]
    public async Task Of_two_administrators_who_suspend_each_other_at_once_one_stays()
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var account in new[] { Fixture.Alice, Fixture.Bob })
            {
                await SetStateAsync(account, AccountState.Active, by: null);
                await SetAsync(account, isAdmin: true);
            }

            var done = await Task.WhenAll(
                SetStateAsync(Fixture.Bob, AccountState.Suspended, by: Fixture.Alice),
                SetStateAsync(Fixture.Alice, AccountState.Suspended, by: Fixture.Bob, Other));

            Assert.Single(done, isDone => isDone);
            Assert.Single([await IsAdminAsync(Fixture.Alice), await IsAdminAsync(Fixture.Bob)], isAdmin => isAdmin);
        }
    }

    private Task<bool> IsAdminAsync(Account account) => Other.Get<Administrators>().IncludesAsync(account.Id, default);

    private Task<AdministratorChange> SetAsync(Account account, bool isAdmin, Account? by = null) =>
        Node.Get<Administrators>().SetAsync(account.Id, isAdmin, Home, by?.Id, default);

    private Task<bool> SetStateAsync(Account account, AccountState state, Account? by, StoreNode? node = null) =>
        (node ?? Node).WithAsync<AccountAdministration, bool>(
            accounts => accounts.SetStateAsync(account, state, Home, default, by?.Id));
}
