using System.Net.Sockets;
using Npgsql;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Classifies PostgreSQL's failures by SQLSTATE (PostgreSQL manual, appendix A).</summary>
internal static class PostgreSqlErrors
{
    /// <summary>Checks whether the server cannot be reached, or has ended the connection.</summary>
    public static bool IsOutOfReach(Exception failure) => failure switch
    {
        PostgresException server =>
            (server.InvariantSeverity is "FATAL" or "PANIC"
                || server.SqlState.StartsWith("08", StringComparison.Ordinal))
            && !IsFull(server),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Checks whether the server accepts no further connection. Open connections remain usable.</summary>
    public static bool IsFull(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.TooManyConnections };

    /// <summary>Checks whether two transactions conflicted and the server has aborted this one.</summary>
    public static bool IsCollision(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>Checks whether the server is a standby or otherwise read-only.</summary>
    public static bool IsReadOnly(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };
}
