using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>The last use of a session that does not slide is written once an hour, in the background.</summary>
public abstract class SessionUseContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_last_use_is_written_once_an_hour_and_cached_rows_stay_valid()
    {
        var text = await IssueAsync(TimeSpan.FromDays(30));
        var issued = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await UseAsync(text);
        Assert.Equal(issued, await LastUsedAsync());

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await TouchAsync();
        var count = Node.Get<CacheInvalidator>().Count;
        await UseAsync(text);
        Assert.Equal(issued.AddHours(1), await LastUsedAsync());
        Assert.Equal(count, Node.Get<CacheInvalidator>().Count);

        // The cached row does not become due again.
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE sessions SET last_used_at = 1"));
        await UseAsync(text);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1), await LastUsedAsync());

        Clock.Advance(TimeSpan.FromHours(1));
        await UseAsync(text);
        Assert.Equal(issued.AddHours(2), await LastUsedAsync());
    }

    [Fact]
    public async Task Looking_a_session_up_is_not_a_use()
    {
        var text = await IssueAsync(TimeSpan.FromDays(30));
        var issued = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(5));

        await Node.Sessions.FindAsync(Dialect, Fixture.Gallery.Id, text, default);
        await Node.Get<SessionIntrospection>().FindAsync(text, default);
        await Node.Get<SessionUses>().Writing;

        Assert.Equal(issued, await LastUsedAsync());
    }

    [Fact]
    public async Task A_use_just_before_the_server_stops_is_written()
    {
        var text = await IssueAsync(TimeSpan.FromDays(30));
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.NotNull(await CheckAsync(text));
        await Node.Get<SessionUses>().DisposeAsync();

        Assert.Equal(Clock.GetUtcNow(), await LastUsedAsync());
    }

    [Fact]
    public async Task Simultaneous_uses_on_two_nodes_update_every_session()
    {
        var texts = new List<string>();
        for (var i = 0; i < 250; i++)
            texts.Add(await IssueAsync(TimeSpan.FromDays(30)));
        Clock.Advance(TimeSpan.FromHours(2));

        await Task.WhenAll(
            texts.SelectMany(text => new[] { Node, Other }.Select(node => Task.Run(() => CheckAsync(text, node)))));
        foreach (var node in new[] { Node, Other })
            await node.Get<SessionUses>().Writing;

        Assert.Equal(250, await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT COUNT(*) FROM sessions WHERE last_used_at = @now", row => row.GetInt64(0),
            ("@now", Clock.GetUtcNow()))));
    }

    private async Task UseAsync(string text)
    {
        for (var i = 0; i < 3; i++)
            Assert.NotNull(await CheckAsync(text));
        await Node.Get<SessionUses>().Writing;
    }

    /// <summary>Connects to the change feed, so that rows read from now on are cached.</summary>
    private async Task TouchAsync()
    {
        var invalidator = Node.Get<CacheInvalidator>();
        invalidator.IsCurrent(invalidator.Count);
        await invalidator.LastPoll;
    }

    private ValueTask<DateTimeOffset> LastUsedAsync() => Node.Store.ReadAsync(connection =>
        connection.FirstAsync("SELECT last_used_at FROM sessions", row => row.Instant(0)));
}
