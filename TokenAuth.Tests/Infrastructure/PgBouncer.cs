using System.Diagnostics;
using Npgsql;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A PgBouncer in front of the tests' PostgreSQL, in transaction mode: each transaction of a client may use a different
/// one of a few server connections.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly Process _process;
    private readonly int _port;

    private PgBouncer(DirectoryInfo directory, Process process, int port) =>
        (_directory, _process, _port) = (directory, process, port);

    /// <param name="server">The PostgreSQL server behind it.</param>
    /// <param name="mode">
    /// When PgBouncer reassigns a server connection: <c>transaction</c>, <c>session</c> or <c>statement</c>.
    /// </param>
    public static async Task<PgBouncer> StartAsync(PostgreSqlCluster server, string mode = "transaction")
    {
        var program = Tool.Need("pgbouncer");
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-pgbouncer-");
        var port = Tool.FreePort();
        var path = Path.Combine(directory.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            path,
            $"""
            [databases]
            * = host=127.0.0.1 port={server.Port} user=tokenauth
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = 4
            max_client_conn = 1000
            ignore_startup_parameters = extra_float_digits
            """);
        if (Environment.UserName == "root")
            await Tool.RunAsync(Tool.Need("chown"), ["-R", PostgreSqlCluster.SystemUser, directory.FullName]);
        string[] command = Environment.UserName == "root"
            ? [Tool.Need("runuser"), "-u", PostgreSqlCluster.SystemUser, "--", program]
            : [program];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-q", path])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var started = new PgBouncer(directory, process, port);
        await PublishedServer.UntilAsync(started.AnswersAsync, TimeSpan.FromSeconds(30));
        return started;
    }

    /// <summary>As in the operator's guide: PgBouncer refuses startup options.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=tokenauth;Database={database};Options=";

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardError.ReadToEndAsync() : "");
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
