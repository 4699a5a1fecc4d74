using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// The store cannot be asked at the moment. What was asked was not done, or (where it was a write, and the connection broke
/// while it was being committed) nobody can tell yet.
/// </summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : DbException(message, inner)
{
    /// <summary>
    /// Whether a failure is the store's, however deep a library has wrapped it. One that says that we asked for something
    /// impossible (bad data, a broken rule) is ours.
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

    /// <summary>Whether a rule of the schema was broken, such as a name that somebody else has just taken.</summary>
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
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_MISUSE or raw.SQLITE_RANGE,
        _ => false,
    };
}
