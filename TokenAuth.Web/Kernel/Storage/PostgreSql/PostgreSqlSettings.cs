using System.Collections;
using System.Data.Common;
using Npgsql;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Reads the operator's connection string, and adds our defaults to it.</summary>
internal static class PostgreSqlSettings
{
    public const string Setting = "ConnectionStrings:TokenAuth";

    /// <summary>The time in seconds that a caller waits for a server that does not answer.</summary>
    private const int TimeoutSeconds = 3;

    private const int MinPoolSize = 4;

    /// <summary>
    /// Server settings for each connection (PostgreSQL 14 or later). A node whose machine has died must not hold locks
    /// for long. The lock timeout is shorter than our command timeout, so that a statement that waits for a lock does
    /// not look like a server that does not answer. Every statement looks for keys, so one generic plan suits all
    /// values.
    /// </summary>
    private const string Options =
        "-c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=30s "
        + "-c client_connection_check_interval=2s -c lock_timeout=2s";

    /// <summary>Parses a connection string, and refuses one that cannot be used.</summary>
    public static NpgsqlConnectionStringBuilder Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds,
            MaxPoolSize = 30,
            HostRecheckSeconds = 1,
            TcpKeepAlive = true,
            ApplicationName = "TokenAuth",
            Options = Options,
        };
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
            foreach (KeyValuePair<string, object> given in (IEnumerable)parts)
                settings[given.Key] = given.Value;

            // ADO.NET's builder drops a key without a value. An empty Options= tells us that a pooler accepts no
            // options.
            if (connectionString.Split(';').Any(IsEmptyOptions))
                settings.Options = null;
        }
        catch (Exception wrong) when (wrong
            is ArgumentException
            or FormatException
            or InvalidCastException
            or OverflowException
            or KeyNotFoundException)
        {
            // The message does not name the keyword: it might be a part of the password.
            throw new SettingsException(
                Setting,
                "is no connection string such as Host=db;Database=tokenauth;Username=tokenauth: "
                + "a keyword or a value is wrong");
        }

        if (string.IsNullOrEmpty(settings.Host))
            throw new SettingsException(Setting, "names no Host");
        if (settings.MaxPoolSize < MinPoolSize)
            throw new SettingsException(Setting, $"needs a Maximum Pool Size of at least {MinPoolSize}");

        // A COMMIT that is cancelled while it waits for a standby reports success. A timeout must break the connection
        // instead.
        settings.CancellationTimeout = -1;

        // The store depends on these, whatever a copied connection string contains.
        (settings.Pooling, settings.Multiplexing, settings.Enlist) = (true, false, false);
        return settings;
    }

    /// <summary>Builds the data source: one server, or the primary of several.</summary>
    /// <returns>The source to dispose last, and the source to open connections from.</returns>
    public static (NpgsqlDataSource Hosts, NpgsqlDataSource Source) Build(
        NpgsqlConnectionStringBuilder settings, bool severalHosts)
    {
        try
        {
            // Without a name, the connection string would be a tag of metrics and traces.
            var builder = new NpgsqlDataSourceBuilder(settings.ToString()) { Name = "tokenauth" };
            if (severalHosts)
            {
                var hosts = builder.BuildMultiHost();
                return (hosts, hosts.WithTargetSession(TargetSessionAttributes.Primary));
            }

            var only = builder.Build();
            return (only, only);
        }
        catch (Exception wrong) when (IsFault(wrong))
        {
            throw new SettingsException(Setting, wrong.Message);
        }
    }

    /// <summary>Opens a connection. Npgsql checks some values, such as a port, only here.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source)
    {
        try
        {
            return await source.OpenConnectionAsync();
        }
        catch (Exception wrong) when (IsFault(wrong))
        {
            throw new SettingsException(Setting, wrong.Message);
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            throw new SettingsException(
                Setting, $"\"{refusal.MessageText}\": write Options= into it if a pooler stands in between");
        }
    }

    private static bool IsEmptyOptions(string part) =>
        string.Concat(part.Where(c => !char.IsWhiteSpace(c))).Equals("Options=", StringComparison.OrdinalIgnoreCase);

    private static bool IsFault(Exception wrong) =>
        wrong is ArgumentException or FormatException or NotSupportedException;
}
