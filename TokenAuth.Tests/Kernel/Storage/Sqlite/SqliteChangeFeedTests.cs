using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>SQLite's change feed.</summary>
public sealed class SqliteChangeFeedTests : StoreContract<SqliteEngine>
{
    [Fact]
    public async Task The_feed_reports_other_nodes_writes_once_and_the_nodes_own_never_across_checkpoints()
    {
        var feed = Node.Store.OpenChangeFeed();
        Assert.Null(await feed.ReadAsync());
        Assert.Equal([], await feed.ReadAsync());

        // Enough for several checkpoints, and for the write-ahead log to restart at its beginning.
        for (var i = 0; i < 3; i++)
            await Task.WhenAll(
                Enumerable.Range(0, 3000).Select(
                    _ => Node.Store.WriteAsync(
                        connection => connection.ExecuteAsync(
                            "UPDATE accounts SET access_failed_count = access_failed_count + 1")).AsTask()));
        Assert.Equal([], await feed.ReadAsync());

        await Other.Store.WriteAsync(
            connection => connection.ExecuteAsync("UPDATE accounts SET access_failed_count = access_failed_count + 1"));
        Assert.Null(await feed.ReadAsync());
        Assert.Equal([], await feed.ReadAsync());
    }
}
