using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>When a session that does not slide was last used is written once an hour, and while nobody waits for it.</summary>
public abstract class SessionUseContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_last_use_is_written_once_an_hour_and_what_is_kept_in_memory_stays()
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

        // Nobody who looks at the row in memory finds that it is due.
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE sessions SET last_used_at = 1"));
        await UseAsync(text);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1), await LastUsedAsync());

        Clock.Advance(TimeSpan.FromHours(1));
        await UseAsync(text);
        Assert.Equal(issued.AddHours(2), await LastUsedAsync());
    }

    [Fact]
    public async Task Looking_at_one_is_no_use()
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
    public async Task Of_many_uses_at_once_on_two_nodes_all_sessions_get_theirs()
    {
        var texts = new List<string>();
        for (var i = 0; i < 250; i++)
            texts.Add(await IssueAsync(TimeSpan.FromDays(30)));
        Clock.Advance(TimeSpan.FromHours(2));

        await Task.WhenAll(texts.SelectMany(text => new[] { Node, Other }.Select(node => Task.Run(() => CheckAsync(text, node)))));
        foreach (var node in new[] { Node, Other })
            await node.Get<SessionUses>().Writing;

        Assert.Equal(250, await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT COUNT(*) FROM sessions WHERE last_used_at = @now", row => row.GetInt64(0), ("@now", Clock.GetUtcNow()))));
    }

    private async Task UseAsync(string text)
    {
        for (var i = 0; i < 3; i++)
            Assert.NotNull(await CheckAsync(text));
        await Node.Get<SessionUses>().Writing;
    }

    /// <summary>What is read from now on is kept.</summary>
    private async Task TouchAsync()
    {
        var invalidator = Node.Get<CacheInvalidator>();
        invalidator.IsCurrent(invalidator.Count);
        await invalidator.LastPoll;
    }

    private ValueTask<DateTimeOffset> LastUsedAsync() => Node.Store.ReadAsync(connection =>
        connection.FirstAsync("SELECT last_used_at FROM sessions", row => row.Instant(0)));
}
