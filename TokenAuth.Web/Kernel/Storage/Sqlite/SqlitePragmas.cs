using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>Sets the pragmas of every new SQLite connection, ours and EF Core's.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <summary>
    /// Other processes (the command line) hold the write lock only briefly, so a busy timeout of five seconds is ample.
    /// A page cache of 2 MiB for each connection holds most index pages above the rows of millions of sessions; the
    /// other pages are in the system's cache. The writer runs the checkpoints; only if the log reaches about 64 MiB
    /// does SQLite run one itself. A longer log is then cut to 64 MiB.
    /// </summary>
    private const string Text =
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        + "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=16000; "
        + "PRAGMA journal_size_limit=67108864;";

    /// <summary>Selects the library's version, and the size of the database without its write-ahead log.</summary>
    public const string DescriptionSql =
        "SELECT 'SQLite ' || sqlite_version(), pages.page_count * sizes.page_size "
        + "FROM pragma_page_count AS pages, pragma_page_size AS sizes";

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

    /// <summary>
    /// Sets the pragmas of a connection that only reads. They change nothing in the file, such as the journal mode of a
    /// backup.
    /// </summary>
    public static void SetForReading(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout=5000; PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;";
        command.ExecuteNonQuery();
    }
}
