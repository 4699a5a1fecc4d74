using System.Security.Cryptography;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A test's own database: a copy of a migrated one, on a server that all tests of the run share.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    private static readonly string WrappingKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static readonly Lazy<Task<PostgreSqlCluster>> Shared = new(async () =>
    {
        var cluster = await PostgreSqlCluster.StartAsync(isDurable: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return cluster;
    });

    private static readonly Lazy<Task<PostgreSqlDatabase>> Migrated = new(async () =>
    {
        var database = await CreateEmptyAsync();
        await using var node = new StoreNode(database.Settings, TimeProvider.System);
        await node.Store.MigrateAsync();
        return database;
    });

    private static int _count;

    private PostgreSqlDatabase(PostgreSqlCluster cluster) => Cluster = cluster;

    public PostgreSqlCluster Cluster { get; }

    public string Name { get; } = $"tokenauth_{Interlocked.Increment(ref _count)}";

    /// <summary>Long timeouts, so that a busy machine fails no test.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["TokenAuth:Database:Provider"] = "PostgreSql",
        ["ConnectionStrings:TokenAuth"] = Cluster.ConnectionString(Name) + ";Timeout=60;Command Timeout=60;Options=",
        ["TokenAuth:KeyRing:WrappingKey"] = WrappingKey,
    };

    /// <summary>The settings as command-line arguments of a server.</summary>
    public string[] Arguments => [.. Settings.Select(setting => $"--{setting.Key}={setting.Value}")];

    /// <summary>The settings as environment variables of a published program.</summary>
    public (string, string)[] Environment =>
        [.. Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))];

    /// <summary>The server that all tests of the run share.</summary>
    public static Task<PostgreSqlCluster> ClusterAsync() => Shared.Value;

    /// <param name="template">The database to copy; by default a migrated, empty one.</param>
    public static async Task<PostgreSqlDatabase> CreateAsync(PostgreSqlDatabase? template = null)
    {
        var database = new PostgreSqlDatabase(await Shared.Value);
        await database.Cluster.ExecuteAsync(
            $"CREATE DATABASE {database.Name} TEMPLATE {(template ?? await Migrated.Value).Name}");
        return database;
    }

    public static async Task<PostgreSqlDatabase> CreateEmptyAsync()
    {
        var database = new PostgreSqlDatabase(await Shared.Value);
        await database.Cluster.ExecuteAsync($"CREATE DATABASE {database.Name}");
        return database;
    }

    /// <summary>Whether any row of any table holds this text.</summary>
    public Task<bool> HasRowWithAsync(string text) => Cluster.ScalarAsync<bool>(
        $"""
        SELECT COALESCE(
            bool_or(
                strpos(
                    query_to_xml(format('SELECT * FROM %I', tablename), true, false, '')::text,
                    '{text.Replace("'", "''", StringComparison.Ordinal)}') > 0),
            false)
        FROM pg_tables WHERE schemaname = 'public'
        """,
        Name);

    public async ValueTask DisposeAsync() => await Cluster.ExecuteAsync($"DROP DATABASE {Name} WITH (FORCE)");
}
