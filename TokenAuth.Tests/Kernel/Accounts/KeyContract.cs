using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts;

/// <summary>The API keys of an account.</summary>
public abstract class KeyContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private AccountKeys Keys => Node.Get<AccountKeys>();

    [Fact]
    public async Task A_key_and_its_md5_are_valid_for_their_own_account_on_every_node()
    {
        var key = await AddAsync();

        Assert.Matches("^[A-Za-z0-9]{32}$", key);
        foreach (var text in new[] { key, Md5(key), Md5(key).ToUpperInvariant() })
        {
            Assert.NotNull(await Keys.FindAsync(Fixture.Alice.Id, text, default));
            Assert.NotNull(await Other.Get<AccountKeys>().FindAsync(Fixture.Alice.Id, text, default));
            Assert.Null(await Keys.FindAsync(Fixture.Bob.Id, text, default));
        }

        Assert.NotEmpty(await Keys.ReadAsync(Fixture.Alice.Id, default));
        Assert.Empty(await Keys.ReadAsync(Fixture.Bob.Id, default));
    }

    [Fact]
    public async Task A_text_that_is_not_a_key_is_invalid()
    {
        var key = await AddAsync();

        foreach (var text in new[]
        {
            "",
            key + " ",
            key[..^1],
            key.ToUpperInvariant() + key.ToLowerInvariant(),
            Md5(Md5(key)),
            new string('0', 32),
            new string('é', 32),
        })
            Assert.True(await Keys.FindAsync(Fixture.Alice.Id, text, default) is null, text);
    }

    [Fact]
    public async Task A_response_computed_from_the_md5_of_any_key_is_valid()
    {
        var keys = new[] { await AddAsync(), await AddAsync(), await AddAsync() };
        static string Respond(string md5) => Md5("challenge" + md5);

        foreach (var response in keys.Select(key => Respond(Md5(key))).SelectMany(
            digits => new[] { digits, digits.ToUpperInvariant() }))
            Assert.NotNull(
                await Keys.FindByResponseAsync(
                    await Keys.ReadAsync(Fixture.Alice.Id, default), response, Respond, default));
        Assert.Null(
            await Keys.FindByResponseAsync(
                await Keys.ReadAsync(Fixture.Alice.Id, default), Respond(keys[0]), Respond, default));
        Assert.Null(
            await Keys.FindByResponseAsync(await Keys.ReadAsync(Fixture.Alice.Id, default), "", Respond, default));
        Assert.Null(
            await Keys.FindByResponseAsync(
                await Keys.ReadAsync(Fixture.Bob.Id, default), Respond(Md5(keys[0])), Respond, default));
    }

    [Fact]
    public async Task Only_the_owner_revokes_a_key_and_it_becomes_invalid_on_every_node()
    {
        var (first, second) = (await AddAsync("first"), await AddAsync("second"));
        var id = (await Keys.ListAsync(Fixture.Alice.Id, default)).Single(key => key.Name == "first").Id;

        Assert.False(await Keys.RevokeAsync(Fixture.Bob.Id, id, null, default));
        Assert.NotNull(await Keys.FindAsync(Fixture.Alice.Id, first, default));
        Assert.True(await Keys.RevokeAsync(Fixture.Alice.Id, id, null, default));
        Assert.False(await Keys.RevokeAsync(Fixture.Alice.Id, id, null, default));

        Assert.Null(await Other.Get<AccountKeys>().FindAsync(Fixture.Alice.Id, first, default));
        Assert.NotNull(await Other.Get<AccountKeys>().FindAsync(Fixture.Alice.Id, second, default));
    }

    [Fact]
    public async Task Revoking_a_key_ends_the_sessions_opened_with_it_and_no_others()
    {
        await AddAsync("first");
        await AddAsync("second");
        var ids = (await Keys.ListAsync(Fixture.Alice.Id, default)).ToDictionary(
            key => key.Name, key => key.Id, StringComparer.Ordinal);
        var (first, numbered, second, password) = (
            await IssueAsync(ids["first"]), await IssueNumberedAsync(ids["first"]), await IssueAsync(ids["second"]),
            await IssueAsync(key: null));

        Assert.True(await Keys.RevokeAsync(Fixture.Alice.Id, ids["first"], Home, default));

        foreach (var node in new[] { Node, Other })
        {
            Assert.Null(await CheckAsync(first, node));
            Assert.Null(await CheckAsync(numbered, node));
            Assert.NotNull(await CheckAsync(second, node));
            Assert.NotNull(await CheckAsync(password, node));
        }

        var happened = (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 100, default)).Single(
            one => one.Kind == "key_revoked");
        Assert.Equal("first, 2 sessions ended", happened.Detail);
    }

    [Fact]
    public async Task A_sign_in_during_revocation_leaves_no_session()
    {
        for (var round = 0; round < 10; round++)
        {
            await AddAsync("only");
            var id = (await Keys.ListAsync(Fixture.Alice.Id, default)).Single().Id;

            var signIns = Enumerable.Range(0, 8)
                .Select(i => Task.Run(() => i % 2 == 0 ? IssueAsync(id, Other) : IssueNumberedAsync(id, Other)))
                .ToList();
            await Keys.RevokeAsync(Fixture.Alice.Id, id, Home, default);
            await Task.WhenAll(signIns);

            Assert.Equal(0, await Node.CountAsync("sessions"));
        }
    }

    [Fact]
    public async Task Of_sixty_simultaneous_key_requests_fifty_succeed_and_the_others_are_refused()
    {
        // A server reads the key ring when it starts. The first reading blocks a thread, so sixty at once would take long.
        foreach (var node in new[] { Node, Other })
            node.Get<SecretProtector>().Protect("");

        var made = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Node : Other).Get<AccountKeys>().TryAddAsync(
                Fixture.Alice.Id, $"Program {i}", Home, default))));

        Assert.Equal(AccountKeys.MaxKeys, made.OfType<string>().Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(AccountKeys.MaxKeys, (await Keys.ListAsync(Fixture.Alice.Id, default)).Count);
        Assert.NotNull(await Keys.TryAddAsync(Fixture.Bob.Id, "Bob's first", Home, default));
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_with_their_last_use()
    {
        var start = Clock.GetUtcNow();
        var first = await AddAsync("first");
        await AddAsync("second");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddAsync("third");
        await Keys.FindAsync(Fixture.Alice.Id, first, default);

        var listed = await Keys.ListAsync(Fixture.Alice.Id, default);

        Assert.Equal(
            [
                ("third", start.AddMinutes(1), null), ("second", start, null),
                ("first", start, (DateTimeOffset?)start.AddMinutes(1))],
            listed.Select(key => (key.Name, key.CreatedAt, key.LastUsedAt)));
        Assert.Empty(await Keys.ListAsync(Fixture.Bob.Id, default));
    }

    [Fact]
    public async Task The_last_use_is_written_once_an_hour_for_a_key_its_md5_or_a_response()
    {
        var key = await AddAsync();
        var start = Clock.GetUtcNow();
        async Task<DateTimeOffset?> LastUsedAsync() =>
            (await Keys.ListAsync(Fixture.Alice.Id, default)).Single().LastUsedAt;

        await Keys.FindAsync(Fixture.Alice.Id, new string('x', 32), default);
        Assert.Null(await LastUsedAsync());
        await Keys.FindAsync(Fixture.Alice.Id, Md5(key), default);
        Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromMilliseconds(1));
        await Keys.FindAsync(Fixture.Alice.Id, key, default);
        Assert.Equal(start, await LastUsedAsync());
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Keys.FindByResponseAsync(await Keys.ReadAsync(Fixture.Alice.Id, default), Md5(key), md5 => md5, default);
        Assert.Equal(start.AddHours(1), await LastUsedAsync());
    }

    [Fact]
    public async Task The_store_holds_neither_a_key_nor_its_md5()
    {
        var key = await AddAsync();
        var (hash, protectedMd5) = await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT key_hash, protected_md5 FROM account_keys", row => (row.GetBytes(0), row.GetString(1))));

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(key)), hash);
        Assert.DoesNotContain(Md5(key), protectedMd5, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key, protectedMd5, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_found_by_name_in_any_case_and_state()
    {
        var accounts = Node.Get<AccountDirectory>();
        await Other.WithAsync<AccountAdministration>(
            administration => administration.SetStateAsync(Fixture.Bob, AccountState.Locked, null, default));

        Assert.Equal(
            new FoundAccount(Fixture.Alice.Id, "Alice", "Alice", AccountState.Active)
            {
                Stamp = Fixture.Alice.SecurityStamp,
            },
            await accounts.FindAsync("aLICE", default));
        Assert.Equal(AccountState.Locked, (await accounts.FindAsync("bob_2", default))!.State);
        Assert.Null(await accounts.FindAsync("nobody", default));
        Assert.Null(await accounts.FindAsync("", default));
        Assert.Null(await accounts.FindAsync("alic_", default));
    }

    private async Task<string> IssueAsync(long? key, StoreNode? node = null)
    {
        var text = RandomToken.Hex(32);
        await (node ?? Node).Sessions.IssueAsync(New(text, key), default);
        return text;
    }

    private async Task<string> IssueNumberedAsync(long? key, StoreNode? node = null)
    {
        var text = RandomToken.Hex(32);
        await (node ?? Node).Sessions.IssueNumberedAsync(New("", key), _ => text, default);
        return text;
    }

    private NewSession New(string text, long? key) => new(
        Dialect, text, Secret: null, ApplicationId: null, Fixture.Alice.Id, Permissions: "", TimeSpan.FromHours(1),
        Slides: false, Home, AccountKeyId: key);

    private Task<string> AddAsync(string name = "old client") => Keys.AddAsync(Fixture.Alice.Id, name, null, default);

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
