using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>What a failure of SQLite means.</summary>
internal static class SqliteErrors
{
    /// <summary>Another process holds the lock.</summary>
    public static bool IsLocked(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    /// <summary>The file is damaged, or no database.</summary>
    public static bool IsDamaged(SqliteException failure) =>
        failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;
}
