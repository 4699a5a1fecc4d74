using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>What every SQLite connection is told first, ours and EF Core's alike.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <summary>
    /// Other processes (the command line) hold the write lock for moments only; five seconds is plenty. Two MiB of pages for each
    /// connection hold most of what leads to the rows of millions of sessions; the rest is near, in the system's own cache.
    /// The writer sees to checkpoints; a log of 64 MiB is where SQLite makes one all the same, and what it keeps of a longer one.
    /// </summary>
    private const string Text =
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=16000; PRAGMA journal_size_limit=67108864;";

    public static void Set(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Text;
        command.ExecuteNonQuery();
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
