using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Thrown if the store cannot be reached now. The operation did not happen; only if the connection broke during a
/// COMMIT is its outcome unknown.
/// </summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : DbException(message, inner)
{
    /// <summary>
    /// Checks whether a failure comes from the store, however deep a library has wrapped it. An impossible statement
    /// (bad data, a violated constraint) is our own fault, and does not count.
    /// </summary>
    public static bool IsBehind(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is DbException)
                return failure is not (PostgresException or SqliteException) || !IsOurs(failure);
        }

        return false;
    }

    /// <summary>
    /// Checks whether a constraint of the schema was violated, such as a unique name that was taken in the meantime.
    /// </summary>
    public static bool IsBrokenRule(Exception? failure) => failure switch
    {
        null => false,
        PostgresException server => server.SqlState.StartsWith("23", StringComparison.Ordinal),
        SqliteException sqlite => sqlite.SqliteErrorCode == raw.SQLITE_CONSTRAINT,
        _ => IsBrokenRule(failure.InnerException),
    };

    private static bool IsOurs(Exception failure) => failure switch
    {
        PostgresException server => server.SqlState[..2] is "22" or "23" or "54",
        SqliteException sqlite => sqlite.SqliteErrorCode
            is raw.SQLITE_CONSTRAINT
            or raw.SQLITE_TOOBIG
            or raw.SQLITE_MISMATCH
            or raw.SQLITE_MISUSE
            or raw.SQLITE_RANGE,
        _ => false,
    };
}
