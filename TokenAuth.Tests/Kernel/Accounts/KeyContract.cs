using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

/// <summary>The API keys of accounts.</summary>
public abstract class KeyContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private AccountKeys Keys => Node.Get<AccountKeys>();

    [Fact]
    public async Task A_key_and_its_md5_are_good_for_its_own_account_on_every_node()
    {
        var key = await AddAsync();

        Assert.Matches("^[A-Za-z0-9]{32}$", key);
        foreach (var text in new[] { key, Md5(key), Md5(key).ToUpperInvariant() })
        {
            Assert.True(await Keys.MatchesAsync(Cast.Alice.Id, text, default));
            Assert.True(await Other.Get<AccountKeys>().MatchesAsync(Cast.Alice.Id, text, default));
            Assert.False(await Keys.MatchesAsync(Cast.Bob.Id, text, default));
        }

        Assert.NotEmpty(await Keys.ReadAsync(Cast.Alice.Id, default));
        Assert.Empty(await Keys.ReadAsync(Cast.Bob.Id, default));
    }

    [Fact]
    public async Task Nothing_else_is_good()
    {
        var key = await AddAsync();

        foreach (var text in new[] { "", key + " ", key[..^1], key.ToUpperInvariant() + key.ToLowerInvariant(), Md5(Md5(key)), new string('0', 32), new string('é', 32) })
            Assert.False(await Keys.MatchesAsync(Cast.Alice.Id, text, default), text);
    }

    [Fact]
    public async Task A_response_is_computed_from_the_md5_of_one_of_the_keys()
    {
        var keys = new[] { await AddAsync(), await AddAsync(), await AddAsync() };
        static string Respond(string md5) => Md5("challenge" + md5);

        var own = await Keys.ReadAsync(Cast.Alice.Id, default);
        foreach (var response in keys.Select(key => Respond(Md5(key))))
        {
            Assert.True(await Keys.RespondsAsync(own, response, Respond, default));
            Assert.True(await Keys.RespondsAsync(own, response.ToUpperInvariant(), Respond, default));
        }

        Assert.False(await Keys.RespondsAsync(await Keys.ReadAsync(Cast.Alice.Id, default), Respond(keys[0]), Respond, default));
        Assert.False(await Keys.RespondsAsync(await Keys.ReadAsync(Cast.Alice.Id, default), "", Respond, default));
        Assert.False(await Keys.RespondsAsync(await Keys.ReadAsync(Cast.Bob.Id, default), Respond(Md5(keys[0])), Respond, default));
    }

    [Fact]
    public async Task A_revoked_one_is_gone_everywhere_and_only_its_owner_revokes_it()
    {
        var (first, second) = (await AddAsync("first"), await AddAsync("second"));
        var id = (await Keys.ListAsync(Cast.Alice.Id, default)).Single(key => key.Name == "first").Id;

        Assert.False(await Keys.RevokeAsync(Cast.Bob.Id, id, default));
        Assert.True(await Keys.MatchesAsync(Cast.Alice.Id, first, default));
        Assert.True(await Keys.RevokeAsync(Cast.Alice.Id, id, default));
        Assert.False(await Keys.RevokeAsync(Cast.Alice.Id, id, default));

        Assert.False(await Other.Get<AccountKeys>().MatchesAsync(Cast.Alice.Id, first, default));
        Assert.True(await Other.Get<AccountKeys>().MatchesAsync(Cast.Alice.Id, second, default));
    }

    [Fact]
    public async Task They_are_listed_the_newest_first_with_their_last_use()
    {
        var start = Clock.GetUtcNow();
        var first = await AddAsync("first");
        await AddAsync("second");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddAsync("third");
        await Keys.MatchesAsync(Cast.Alice.Id, first, default);

        var listed = await Keys.ListAsync(Cast.Alice.Id, default);

        Assert.Equal(
            [("third", start.AddMinutes(1), null), ("second", start, null), ("first", start, (DateTimeOffset?)start.AddMinutes(1))],
            listed.Select(key => (key.Name, key.CreatedAt, key.LastUsedAt)));
        Assert.Empty(await Keys.ListAsync(Cast.Bob.Id, default));
    }

    [Fact]
    public async Task The_last_use_is_written_once_an_hour_whatever_was_presented()
    {
        var key = await AddAsync();
        var start = Clock.GetUtcNow();
        async Task<DateTimeOffset?> LastUsedAsync() => (await Keys.ListAsync(Cast.Alice.Id, default)).Single().LastUsedAt;

        await Keys.MatchesAsync(Cast.Alice.Id, new string('x', 32), default);
        Assert.Null(await LastUsedAsync());
        await Keys.MatchesAsync(Cast.Alice.Id, Md5(key), default);
        Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromMilliseconds(1));
        await Keys.MatchesAsync(Cast.Alice.Id, key, default);
        Assert.Equal(start, await LastUsedAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Keys.RespondsAsync(await Keys.ReadAsync(Cast.Alice.Id, default), Md5(key), md5 => md5, default);
        Assert.Equal(start.AddHours(1), await LastUsedAsync());
    }

    [Fact]
    public async Task The_store_holds_neither_a_key_nor_its_md5()
    {
        var key = await AddAsync();
        var (hash, kept) = await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT key_hash, protected_md5 FROM account_keys", row => (row.GetBytes(0), row.GetString(1))));

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(key)), hash);
        Assert.DoesNotContain(Md5(key), kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_found_by_its_name_whatever_the_case_and_the_state()
    {
        var accounts = Node.Get<AccountDirectory>();
        await Other.WithAsync<AccountAdministration>(administration => administration.SetStateAsync(Cast.Bob, AccountState.Locked, default));

        Assert.Equal(new FoundAccount(Cast.Alice.Id, "Alice", "Alice", AccountState.Active), await accounts.FindAsync("aLICE", default));
        Assert.Equal(AccountState.Locked, (await accounts.FindAsync("bob_2", default))!.State);
        Assert.Null(await accounts.FindAsync("nobody", default));
        Assert.Null(await accounts.FindAsync("", default));
        Assert.Null(await accounts.FindAsync("alic_", default));
    }

    private Task<string> AddAsync(string name = "old client") => Keys.AddAsync(Cast.Alice.Id, name, default);

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
