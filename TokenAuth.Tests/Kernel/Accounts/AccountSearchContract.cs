using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

public abstract class AccountSearchContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_login_name_an_address_or_a_name_is_found_by_its_beginning_in_any_case()
    {
        await AddAsync("Al", "zoe@example.test", "Zoë Müller");
        await AddAsync("al_2", "zack@example.test", "zoë Other");
        await AddAsync("albert", "Bert@Example.test", "100% \"Bert\"");

        Assert.Equal("Al albert Alice al_2", await FindAsync(SearchField.Login, "AL"));
        Assert.Equal("al_2", await FindAsync(SearchField.Login, "al-"));
        Assert.Equal("al_2 Al", await FindAsync(SearchField.Email, "z"));
        Assert.Equal("albert", await FindAsync(SearchField.Email, "bert@EXAMPLE"));
        Assert.Equal("Al al_2", await FindAsync(SearchField.Name, "ZOë"));
        Assert.Equal("albert", await FindAsync(SearchField.Name, "100%"));
        Assert.Equal("", await FindAsync(SearchField.Name, "%"));
        Assert.Equal("", await FindAsync(SearchField.Login, "_"));
        Assert.Equal("", await FindAsync(SearchField.Login, "lice"));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gaps_and_repetitions_in_every_order()
    {
        for (var i = 0; i < 7; i++)
            await AddAsync($"p{i}", $"p{6 - i}@example.test", "Same Name");

        foreach (var (field, text, first) in new[]
        {
            (SearchField.Login, "p", "p0"), (SearchField.Email, "P", "p6"), (SearchField.Name, "same", "p0"),
            (SearchField.Login, "", "p6"),
        })
        {
            var found = new List<string>();
            var page = await PageAsync(field, text, after: null);
            while (page.Count > 0)
            {
                found.AddRange(page.Select(account => account.Login));
                page = await PageAsync(field, text, page[^1].Id);
            }

            Assert.Equal(first, found[0]);
            Assert.Equal(text.Length == 0 ? 9 : 7, found.Count);
            Assert.Equal(found.Count, found.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task A_list_is_limited_to_a_state_or_to_administrators()
    {
        await AddAsync("Carol", "carol@example.test", "Carol", isAdmin: true);
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(Fixture.Bob, AccountState.Suspended, from: null, default));

        Assert.Equal("Carol bob_2 Alice", await FindAsync(SearchField.Login, ""));
        Assert.Equal("Carol Alice", await FindAsync(SearchField.Login, "", AccountFilter.Active));
        Assert.Equal("bob_2", await FindAsync(SearchField.Login, "", AccountFilter.Suspended));
        Assert.Equal("bob_2", await FindAsync(SearchField.Login, "b", AccountFilter.Suspended));
        Assert.Equal("", await FindAsync(SearchField.Email, "a", AccountFilter.Suspended));
        Assert.Equal("", await FindAsync(SearchField.Login, "", AccountFilter.Deleted));
        Assert.Equal("Carol", await FindAsync(SearchField.Login, "", AccountFilter.Administrators));
    }

    private Task AddAsync(string login, string email, string name, bool isAdmin = false) =>
        Node.WithAsync<AccountAdministration>(async accounts => Assert.NotNull((await accounts.AddAsync(
            new NewAccount(login, email, name, "correct horse battery staple", isAdmin), default)).Account));

    private Task<IReadOnlyList<AccountSummary>> PageAsync(SearchField field, string text, long? after) =>
        Node.Get<AccountSearch>().ListAsync(field, text, AccountFilter.All, after, limit: 3, default);

    private async Task<string> FindAsync(SearchField field, string text, AccountFilter filter = AccountFilter.All) =>
        string.Join(' ', (await Node.Get<AccountSearch>().ListAsync(field, text, filter, after: null, 100, default))
            .Select(account => account.Login));
}
