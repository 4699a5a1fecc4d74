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

/// <summary>A session that is kept in memory answers as the store would: where it was changed at once, elsewhere within a second.</summary>
public abstract class CachedSessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_was_read_is_kept_until_it_changes()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var expiry = Clock.GetUtcNow().AddHours(1);
        await KeepAsync(text);

        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE sessions SET expires_at = @at", ("@at", expiry.AddDays(9))));
        await LaterAsync();

        Assert.Equal(expiry, (await CheckAsync(text))!.ExpiresAt);
        Assert.Equal(expiry, (await Node.Get<SessionIntrospection>().FindAsync(text, default))!.ExpiresAt);
        Node.Get<CacheInvalidator>().Invalidate(Fixture.Alice.Id); // what the raw statement did not say
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
    public async Task What_ends_a_session_ends_it_here_at_once_and_elsewhere_within_a_second(string way)
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueNumberedAsync(
            new NewSession(Dialect, text, Secret: null, Fixture.Gallery.Id, Fixture.Alice.Id, Permissions: "", TimeSpan.FromHours(1), Slides: false, Home), _ => text, default);
        var id = await KeepAsync(text);

        await EndAsync(way, id);

        Assert.Null(await CheckAsync(text));
        Assert.Null(await Node.Get<SessionIntrospection>().FindAsync(text, default));
        await LaterAsync();
        Assert.Null(await CheckAsync(text, Other));
        Assert.Null(await Other.Get<SessionIntrospection>().FindAsync(text, default));
    }

    [Fact]
    public async Task Where_nobody_asked_for_a_while_what_is_kept_counts_only_after_the_store_was_asked()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var id = await KeepAsync(text);

        await EndAsync("ended", id);
        Clock.Advance(Promised);

        Assert.Null(await CheckAsync(text, Other));
    }

    [Fact]
    public async Task A_changed_password_ends_sign_ins_here_at_once_and_elsewhere_within_a_second()
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(Dialect, text, Secret: null, ApplicationId: null, Fixture.Alice.Id, Permissions: "", TimeSpan.FromHours(1), Slides: false, Home), default);
        await KeepAsync(text);

        await Node.WithAsync<AccountAdministration>(accounts => accounts.ChangePasswordAsync(Fixture.Alice, "another long password", thisSession: null, null, default));

        Assert.Null(await CheckAsync(text));
        await LaterAsync();
        Assert.Null(await CheckAsync(text, Other));
    }

    [Fact]
    public async Task A_secret_that_another_node_has_made_just_now_is_found_by_whoever_needs_it()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        await KeepAsync(text);

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
    public async Task One_that_another_node_has_kept_alive_is_not_refused_for_the_expiry_that_is_remembered()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        await KeepAsync(text);
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await CheckAsync(text));

        Clock.Advance(TimeSpan.FromMinutes(2));
        await GetInTouchAsync();

        Assert.NotNull(await CheckAsync(text, Other));
        Assert.Equal((await CheckAsync(text))!.ExpiresAt, (await Other.Get<SessionIntrospection>().FindAsync(text, default))!.ExpiresAt);
    }

    [Fact]
    public async Task Of_other_peoples_sessions_nothing_is_forgotten()
    {
        var (alices, bobs) = (await IssueAsync(TimeSpan.FromHours(1)), RandomToken.Hex(32));
        await Node.Sessions.IssueAsync(
            new NewSession(Dialect, bobs, Secret: null, Fixture.Gallery.Id, Fixture.Bob.Id, Permissions: "", TimeSpan.FromHours(1), Slides: false, Home), default);
        var id = await KeepAsync(alices);
        var expiry = (await CheckAsync(bobs))!.ExpiresAt;
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE sessions SET expires_at = expires_at + 60000"));

        await EndAsync("ended", id);
        await LaterAsync();

        Assert.Equal(expiry, (await CheckAsync(bobs))!.ExpiresAt);
    }

    [Fact]
    public async Task Whoever_looks_while_an_account_is_suspended_leaves_nothing_old_behind()
    {
        var text = "";
        using var over = new CancellationTokenSource();
        var onlookers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
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
            await Task.WhenAll(onlookers);
        }
    }

    private Task EndAsync(string way, long id) => way switch
    {
        "ended" => Node.Sessions.EndAsync(id, Fixture.Alice.Id, null, default),
        "ended by number" => Node.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, [1], IPAddress.Loopback, default),
        "all of the dialect ended" => Node.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default),
        "consent taken back" => Node.Consents.RevokeAsync(Fixture.Alice.Id, Fixture.Gallery.Id, IPAddress.Loopback, default),
        "account suspended" => SetStateAsync(AccountState.Suspended),
        "account deleted" => SetStateAsync(AccountState.Deleted),
        "application off" => Node.WithAsync<ApplicationAdministration>(applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, enabled: false, default)),
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, message: null),
    };

    private Task SetStateAsync(AccountState state) => Node.WithAsync<AccountAdministration>(accounts => accounts.SetStateAsync(Fixture.Alice, state, null, default));

    /// <summary>Both nodes are in touch with the store, and have this session in their memory.</summary>
    /// <returns>The session's number.</returns>
    private async Task<long> KeepAsync(string text)
    {
        await GetInTouchAsync();
        foreach (var node in new[] { Node, Other })
        {
            Assert.NotNull(await CheckAsync(text, node));
            Assert.NotNull(await node.Get<SessionIntrospection>().FindAsync(text, default));
        }

        return (await CheckAsync(text))!.Id;
    }

    /// <summary>A second goes by, with somebody on each node who asks for something now and then, as in a server that is used.</summary>
    private Task LaterAsync()
    {
        Clock.Advance(Promised);
        return GetInTouchAsync();
    }

    private async Task GetInTouchAsync()
    {
        foreach (var invalidator in new[] { Node, Other }.Select(node => node.Get<CacheInvalidator>()))
        {
            await invalidator.LastPoll; // a question from before
            invalidator.IsCurrent(invalidator.Count);
            await invalidator.LastPoll;
            Assert.True(invalidator.IsCurrent(invalidator.Count));
        }
    }
}
