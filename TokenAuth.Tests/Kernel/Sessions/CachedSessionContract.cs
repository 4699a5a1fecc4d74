using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>
/// A cached session answers as the store would: immediately on the node that made a change, within a second on other
/// nodes.
/// </summary>
public abstract class CachedSessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan MaxStaleness = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_session_is_cached_until_it_changes()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var expiry = Clock.GetUtcNow().AddHours(1);
        await CacheAsync(text);

        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync("UPDATE sessions SET expires_at = @at", ("@at", expiry.AddDays(9))));
        await LaterAsync();

        Assert.Equal(expiry, (await CheckAsync(text))!.ExpiresAt);
        Assert.Equal(expiry, (await Node.Get<SessionIntrospection>().FindAsync(text, default))!.ExpiresAt);
        Node.Get<CacheInvalidator>().Invalidate(Fixture.Alice.Id); // the raw statement does not invalidate
        Assert.Equal(expiry.AddDays(9), (await CheckAsync(text))!.ExpiresAt);
        Assert.Equal(expiry.AddDays(9), (await Node.Get<SessionIntrospection>().FindAsync(text, default))!.ExpiresAt);
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("ended by number")]
    [InlineData("all of the dialect ended")]
    [InlineData("consent taken back")]
    [InlineData("account suspended")]
    [InlineData("account deleted")]
    [InlineData("application off")]
    public async Task A_session_that_is_ended_ends_immediately_here_and_within_a_second_elsewhere(string way)
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueNumberedAsync(
            new NewSession(
                Dialect, text, Secret: null, Fixture.Gallery.Id, Fixture.Alice.Id, Permissions: "",
                TimeSpan.FromHours(1), Slides: false, Home), _ => text, default);
        var id = await CacheAsync(text);

        await EndAsync(way, id);

        Assert.Null(await CheckAsync(text));
        Assert.Null(await Node.Get<SessionIntrospection>().FindAsync(text, default));
        await LaterAsync();
        Assert.Null(await CheckAsync(text, Other));
        Assert.Null(await Other.Get<SessionIntrospection>().FindAsync(text, default));
    }

    [Fact]
    public async Task After_a_pause_a_cached_session_is_valid_only_after_a_poll()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var id = await CacheAsync(text);

        await EndAsync("ended", id);
        Clock.Advance(MaxStaleness);

        Assert.Null(await CheckAsync(text, Other));
    }

    [Fact]
    public async Task A_password_change_ends_sign_ins_immediately_here_and_within_a_second_elsewhere()
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(
                Dialect, text, Secret: null, ApplicationId: null, Fixture.Alice.Id, Permissions: "",
                TimeSpan.FromHours(1), Slides: false, Home), default);
        await CacheAsync(text);

        await Node.WithAsync<AccountAdministration>(
            accounts => accounts.ChangePasswordAsync(
                Fixture.Alice, "another long password", thisSession: null, null, default));

        Assert.Null(await CheckAsync(text));
        await LaterAsync();
        Assert.Null(await CheckAsync(text, Other));
    }

    [Theory]
    [InlineData("key revoked")]
    [InlineData("account suspended")]
    public async Task A_cached_key_ends_immediately_here_and_within_a_second_elsewhere(string way)
    {
        var keys = Node.Get<AccountKeys>();
        var text = await keys.AddAsync(Fixture.Alice.Id, "old client", from: null, default);
        await PollAsync();
        foreach (var node in new[] { Node, Other })
        {
            Assert.Equal(Fixture.Alice.Id, (await OwnerAsync("ALICE", node))!.Account.Id);
            Assert.Null(await OwnerAsync("bob", node));
        }

        await (way == "key revoked"
            ? keys.RevokeAsync(
                Fixture.Alice.Id, (await keys.ListAsync(Fixture.Alice.Id, default)).Single().Id, null, default)
            : SetStateAsync(AccountState.Suspended));

        Assert.Null(await OwnerAsync("alice", Node));
        await LaterAsync();
        Assert.Null(await OwnerAsync("alice", Other));

        async Task<OwnedKey?> OwnerAsync(string login, StoreNode node) =>
            await node.Get<AccountKeys>().FindOwnerAsync(login, text, default);
    }

    [Fact]
    public async Task A_secret_made_by_another_node_is_found_when_it_is_needed()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        await CacheAsync(text);

        var secret = await Node.Sessions.SecretOrNewAsync((await CheckAsync(text))!, "candidate", default);

        Assert.Equal(secret, await SecretAsync(Node));
        Assert.Equal(secret, await SecretAsync(Other));

        async Task<string?> SecretAsync(StoreNode node)
        {
            var look = await node.Sessions.FindAsync(Dialect, Fixture.Gallery.Id, text, default, needsSecret: true);
            Assert.True(look.Succeeded(out var session, out _));
            return node.Sessions.SecretOf(session);
        }
    }

    [Fact]
    public async Task A_session_extended_by_another_node_is_not_refused_by_its_cached_expiry()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        await CacheAsync(text);
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await CheckAsync(text));

        Clock.Advance(TimeSpan.FromMinutes(2));
        await PollAsync();

        Assert.NotNull(await CheckAsync(text, Other));
        Assert.Equal(
            (await CheckAsync(text))!.ExpiresAt,
            (await Other.Get<SessionIntrospection>().FindAsync(text, default))!.ExpiresAt);
    }

    [Fact]
    public async Task A_change_leaves_other_accounts_sessions_cached()
    {
        var (alices, bobs) = (await IssueAsync(TimeSpan.FromHours(1)), RandomToken.Hex(32));
        await Node.Sessions.IssueAsync(
            new NewSession(
                Dialect, bobs, Secret: null, Fixture.Gallery.Id, Fixture.Bob.Id, Permissions: "", TimeSpan.FromHours(1),
                Slides: false, Home), default);
        var id = await CacheAsync(alices);
        var expiry = (await CheckAsync(bobs))!.ExpiresAt;
        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync("UPDATE sessions SET expires_at = expires_at + 60000"));

        await EndAsync("ended", id);
        await LaterAsync();

        Assert.Equal(expiry, (await CheckAsync(bobs))!.ExpiresAt);
    }

    [Fact]
    public async Task A_check_during_a_suspension_caches_nothing_outdated()
    {
        var text = "";
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await CheckAsync(text);
        })).ToList();

        try
        {
            for (var i = 0; i < 40; i++)
            {
                text = await IssueAsync(TimeSpan.FromHours(1));
                Assert.NotNull(await CheckAsync(text));
                await SetStateAsync(AccountState.Suspended);
                Assert.Null(await CheckAsync(text));
                await SetStateAsync(AccountState.Active);
                Assert.Null(await CheckAsync(text));
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(readers);
        }
    }

    private Task EndAsync(string way, long id) => way switch
    {
        "ended" => Node.Sessions.EndAsync(id, Fixture.Alice.Id, null, default),
        "ended by number" => Node.Sessions.EndNumberedAsync(
            Fixture.Alice.Id, Dialect, [1], IPAddress.Loopback, default),
        "all of the dialect ended" => Node.Sessions.EndNumberedAsync(
            Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default),
        "consent taken back" => Node.Consents.RevokeAsync(
            Fixture.Alice.Id, Fixture.Gallery.Id, IPAddress.Loopback, default),
        "account suspended" => SetStateAsync(AccountState.Suspended),
        "account deleted" => SetStateAsync(AccountState.Deleted),
        "application off" => Node.WithAsync<ApplicationAdministration>(
            applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, enabled: false, default)),
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, message: null),
    };

    private Task SetStateAsync(AccountState state) =>
        Node.WithAsync<AccountAdministration>(accounts => accounts.SetStateAsync(Fixture.Alice, state, null, default));

    /// <summary>Connects both nodes to the change feed and caches the session on both.</summary>
    /// <returns>The session's id.</returns>
    private async Task<long> CacheAsync(string text)
    {
        await PollAsync();
        foreach (var node in new[] { Node, Other })
        {
            Assert.NotNull(await CheckAsync(text, node));
            Assert.NotNull(await node.Get<SessionIntrospection>().FindAsync(text, default));
        }

        return (await CheckAsync(text))!.Id;
    }

    /// <summary>Lets a second pass and polls on each node, as a busy server would.</summary>
    private Task LaterAsync()
    {
        Clock.Advance(MaxStaleness);
        return PollAsync();
    }

    private async Task PollAsync()
    {
        foreach (var invalidator in new[] { Node, Other }.Select(node => node.Get<CacheInvalidator>()))
        {
            await invalidator.LastPoll; // an earlier poll
            invalidator.IsCurrent(invalidator.Count);
            await invalidator.LastPoll;
            Assert.True(invalidator.IsCurrent(invalidator.Count));
        }
    }
}
