using System.Collections;
using System.Data.Common;
using Npgsql;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>The operator's connection string, with our defaults for what it does not say.</summary>
internal static class PostgreSqlSettings
{
    public const string Setting = "ConnectionStrings:TokenAuth";

    /// <summary>Nobody waits long for a server that does not answer.</summary>
    private const int TimeoutSeconds = 3;

    private const int MinPoolSize = 4;

    /// <summary>
    /// A node that has lost its machine must not hold locks for long (these are the server's settings, from version 14 on), and
    /// what waits for one is told so before it looks like a server that does not answer. Every statement looks for keys: one plan is
    /// right for all values, and need not be made again.
    /// </summary>
    private const string Options = "-c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=30s -c client_connection_check_interval=2s -c lock_timeout=2s";

    /// <summary>Refuses a connection string that cannot be used.</summary>
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
            foreach (KeyValuePair<string, object> given in (IEnumerable)new DbConnectionStringBuilder { ConnectionString = connectionString })
                settings[given.Key] = given.Value;

            // ADO.NET's builder drops a key without a value. This one says that a pooler takes no options.
            if (connectionString.Split(';').Any(part => string.Concat(part.Where(c => !char.IsWhiteSpace(c))).Equals("Options=", StringComparison.OrdinalIgnoreCase)))
                settings.Options = null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            throw new SettingsException(Setting, "is no connection string such as Host=db;Database=tokenauth;Username=tokenauth: a keyword or a value is wrong"); // which one might be a piece of the password
        }

        if (string.IsNullOrEmpty(settings.Host))
            throw new SettingsException(Setting, "names no Host");
        if (settings.MaxPoolSize < MinPoolSize)
            throw new SettingsException(Setting, $"needs a Maximum Pool Size of at least {MinPoolSize}");

        // A COMMIT that is cancelled while it waits for a standby reports success: a timeout must break the connection instead.
        settings.CancellationTimeout = -1;

        // What the store is built on, whatever else a copied connection string says.
        (settings.Pooling, settings.Multiplexing, settings.Enlist) = (true, false, false);
        return settings;
    }

    /// <summary>One server, or of several the primary.</summary>
    /// <returns>What is to be disposed of last, and what connections are asked of.</returns>
    public static (NpgsqlDataSource Hosts, NpgsqlDataSource Source) Build(NpgsqlConnectionStringBuilder settings, bool severalHosts)
    {
        try
        {
            var builder = new NpgsqlDataSourceBuilder(settings.ToString());
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

    /// <summary>Some values, such as a port, are looked at only when a connection is opened.</summary>
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
            throw new SettingsException(Setting, $"\"{refusal.MessageText}\": write Options= into it if a pooler stands in between");
        }
    }

    private static bool IsFault(Exception wrong) => wrong is ArgumentException or FormatException or NotSupportedException;
}
