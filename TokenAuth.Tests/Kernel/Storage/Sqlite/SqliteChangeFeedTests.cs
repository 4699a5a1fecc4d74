using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>What SQLite tells of its changes.</summary>
public sealed class SqliteChangeFeedTests : StoreContract<SqliteEngine>
{
    [Fact]
    public async Task Others_writes_are_told_once_and_ones_own_never_whatever_becomes_of_the_log_file()
    {
        var log = Node.Store.OpenChangeFeed();
        Assert.Null(await log.ReadAsync());
        Assert.Equal([], await log.ReadAsync());

        // Enough for several checkpoints, and for the log to start again from its beginning.
        for (var i = 0; i < 3; i++)
            await Task.WhenAll(Enumerable.Range(0, 3000).Select(_ => Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET access_failed_count = access_failed_count + 1")).AsTask()));
        Assert.Equal([], await log.ReadAsync());

        await Other.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET access_failed_count = access_failed_count + 1"));
        Assert.Null(await log.ReadAsync());
        Assert.Equal([], await log.ReadAsync());
    }
}
