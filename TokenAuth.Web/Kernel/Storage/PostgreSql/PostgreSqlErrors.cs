using System.Net.Sockets;
using Npgsql;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>What PostgreSQL's failures mean. The states are those of its manual's appendix A.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>Nobody answers, or the server has ended the connection.</summary>
    public static bool IsOutOfReach(Exception failure) => failure switch
    {
        PostgresException server => (server.InvariantSeverity is "FATAL" or "PANIC" || server.SqlState.StartsWith("08", StringComparison.Ordinal)) && !IsFull(server),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>There is no room for one more connection; those that are open are as good as before.</summary>
    public static bool IsFull(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.TooManyConnections };

    /// <summary>Two transactions stood in each other's way, and this one gave in.</summary>
    public static bool IsCollision(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>A standby, or a server that is told to change nothing.</summary>
    public static bool IsReadOnly(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };
}
