namespace TokenAuth.Tests.Infrastructure;

/// <summary>PostgreSQL, with a database for each test. The database with the fixture is made once and copied.</summary>
public class PostgreSqlEngine : StoreEngine
{
    private static readonly Lazy<Task<(PostgreSqlDatabase Database, StoreFixture Fixture)>> Template = new(async () =>
    {
        var database = await PostgreSqlDatabase.CreateAsync();
        await using var node = new StoreNode(database.Settings, new TestClock());
        return (database, await StoreFixture.MakeAsync(node));
    });

    /// <summary>The files of a server, which has its data elsewhere.</summary>
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("tokenauth-test-store-");

    internal PostgreSqlDatabase Database { get; private set; } = null!;

    internal override string[] Shortcomings => ["fsync is off: what was answered may be lost in a crash"];

    internal override string BytesType => "bytea";

    internal override async Task StartAsync()
    {
        (var template, Fixture) = await Template.Value;
        Database = await PostgreSqlDatabase.CreateAsync(template);
    }

    internal override async Task StartEmptyAsync() => Database = await PostgreSqlDatabase.CreateEmptyAsync();

    internal override async Task StartFromAsync(string dump)
    {
        await StartEmptyAsync();
        await Database.Cluster.ExecuteAsync(dump, Database.Name);
    }

    internal override Task<LiveServer> ServeAsync() =>
        LiveServer.StartOnAsync(_files, Database, Clock, "--Logging:LogLevel:Default=Warning");

    private protected override Dictionary<string, string?> Settings() => Database.Settings;

    internal override async Task<bool> MakeReadOnlyAsync()
    {
        await CloseNodesAsync();
        await Database.Cluster.ExecuteAsync($"ALTER DATABASE {Database.Name} SET default_transaction_read_only = on");
        return true;
    }

    internal override Task<string> FingerprintAsync() => Database.Cluster.ScalarAsync<string>(
        """
        SELECT md5(string_agg(
          query_to_xml(format('SELECT * FROM %I', tablename), true, false, '')::text, '' ORDER BY tablename))
        FROM pg_tables WHERE schemaname = 'public'
        """,
        Database.Name);

    private protected override async Task DeleteAsync()
    {
        _files.Delete(recursive: true);
        if (Database is not null)
            await Database.DisposeAsync();
    }
}

/// <summary>PostgreSQL through PgBouncer in transaction mode.</summary>
public sealed class PgBouncerEngine : PostgreSqlEngine
{
    private static readonly Lazy<Task<PgBouncer>> Shared = new(async () =>
    {
        var bouncer = await PgBouncer.StartAsync(await PostgreSqlDatabase.ClusterAsync());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => bouncer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return bouncer;
    });

    private PgBouncer _bouncer = null!;

    internal override async Task StartAsync()
    {
        _bouncer = await Shared.Value;
        await base.StartAsync();
    }

    internal override async Task StartEmptyAsync()
    {
        _bouncer = await Shared.Value;
        await base.StartEmptyAsync();
    }

    private protected override Dictionary<string, string?> Settings() =>
        new(base.Settings(), StringComparer.Ordinal)
        {
            ["ConnectionStrings:TokenAuth"] =
                _bouncer.ConnectionString(Database.Name) + ";Timeout=60;Command Timeout=60",
        };
}

/// <summary>PostgreSQL over a network that loses writes and answers.</summary>
public sealed class LossyPostgreSqlEngine : PostgreSqlEngine
{
    private Relay? _relay;

    internal override async Task StartAsync()
    {
        await base.StartAsync();
        _relay = new Relay(Database.Cluster.Port);
    }

    internal override void LoseWrite(bool isDone, string? marker) =>
        _relay!.Lose(isDone ? Relay.Loss.Answers : Relay.Loss.Commits, times: 1, marker);

    private protected override Dictionary<string, string?> Settings() =>
        new(base.Settings(), StringComparer.Ordinal)
        {
            ["ConnectionStrings:TokenAuth"] =
                $"Host=127.0.0.1;Port={_relay!.Port};Username=tokenauth;Database={Database.Name};"
                + "Timeout=60;Command Timeout=60",
        };

    private protected override async Task DeleteAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        await base.DeleteAsync();
    }
}
