using Npgsql;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A PostgreSQL server for the tests, on a loopback port, in a temporary directory.</summary>
internal sealed class PostgreSqlCluster : IAsyncDisposable
{
    public const string SystemUser = "postgres";

    private readonly DirectoryInfo _directory;
    private readonly string _options;

    private PostgreSqlCluster(DirectoryInfo directory, bool isDurable)
    {
        _directory = directory;
        Port = Tool.FreePort();
        _options =
            $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory.FullName} -c "
            + $"max_connections=400 -c shared_buffers=64MB -c fsync={(isDurable ? "on" : "off")}";
    }

    public int Port { get; }

    private string Data => Path.Combine(_directory.FullName, "data");

    /// <param name="isDurable">Whether commits survive a crash; without it the server is faster.</param>
    /// <param name="settings">Lines of <c>postgresql.conf</c>.</param>
    public static async Task<PostgreSqlCluster> StartAsync(bool isDurable, params string[] settings)
    {
        var cluster = await MakeAsync(isDurable);
        await RunAsync(
            "initdb", "-D", cluster.Data, "--no-sync", "--auth=trust", "--username=tokenauth", "--encoding=UTF8",
            "--locale=C");
        await File.AppendAllLinesAsync(Path.Combine(cluster.Data, "postgresql.conf"), settings);
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>Adds a synchronous, readable standby of this server.</summary>
    public async Task<PostgreSqlCluster> AddStandbyAsync(string name)
    {
        var standby = await MakeAsync(isDurable: true);
        // The standby waits for no other; from now on this server's commits wait for the standby.
        await RunAsync(
            "pg_basebackup", "-D", standby.Data, "-d",
            $"host=127.0.0.1 port={Port} user=tokenauth application_name={name}", "--write-recovery-conf",
            "--checkpoint=fast", "--no-sync");
        await standby.StartAsync();
        await ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        await PublishedServer.UntilAsync(
            () => ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')"),
            TimeSpan.FromMinutes(1));
        return standby;
    }

    public string ConnectionString(string database = "postgres") =>
        $"Host=127.0.0.1;Port={Port};Username=tokenauth;Database={database}";

    public Task StartAsync() => ControlAsync("-l", Path.Combine(_directory.FullName, "log"), "-o", _options, "start");

    /// <param name="mode"><c>immediate</c> simulates a crash: the server writes nothing and connections break.</param>
    public Task StopAsync(string mode = "immediate") => ControlAsync("-m", mode, "stop");

    public Task PromoteAsync() => ControlAsync("promote");

    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopAsync();
        _directory.Delete(recursive: true);
    }

    private static async Task<PostgreSqlCluster> MakeAsync(bool isDurable)
    {
        Tool.Need("initdb");
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-pg-");
        if (Environment.UserName == "root")
            await Tool.RunAsync(Tool.Need("chown"), [SystemUser, directory.FullName]);
        return new PostgreSqlCluster(directory, isDurable);
    }

    private Task<string> ControlAsync(params string[] arguments) =>
        RunAsync("pg_ctl", ["-D", Data, "-w", "-s", .. arguments]);

    /// <summary>PostgreSQL refuses to run as root, so root switches to another user.</summary>
    private static Task<string> RunAsync(string tool, params string[] arguments) => Environment.UserName == "root"
        ? Tool.RunAsync(Tool.Need("runuser"), ["-u", SystemUser, "--", Tool.Need(tool), .. arguments])
        : Tool.RunAsync(Tool.Need(tool), arguments);
}
