using System.Text.Json;

namespace TokenAuth.Bench;

/// <summary>
/// A build with its own filled store. The store is kept between runs, because a large one takes minutes to fill.
/// </summary>
internal sealed class Installation
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private long _numbers;

    private Installation(
        Build build, string engine, IReadOnlyDictionary<string, string> settings, Filler filler, BenchFixture fixture,
        long sessions)
    {
        (Build, Engine, _settings, Filler, Fixture, Sessions) = (build, engine, settings, filler, fixture, sessions);
        _numbers = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    }

    public Build Build { get; }

    /// <summary>The engine, with the build unless that is the measured one.</summary>
    public string Engine { get; }

    public Filler Filler { get; }

    public BenchFixture Fixture { get; }

    public long Sessions { get; }

    /// <param name="root">The directory of all installations.</param>
    /// <param name="postgreSql">A connection string without a database; null for SQLite.</param>
    public static async Task<Installation> OpenAsync(Build build, string root, long sessions, string? postgreSql)
    {
        var name = $"{(postgreSql is null ? "sqlite" : "postgresql")}_{sessions}{build.Suffix}";
        var directory = Path.Combine(root, name);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TokenAuth:DataDirectory"] = directory,
        };
        if (postgreSql is not null)
        {
            settings["TokenAuth:Database:Provider"] = "PostgreSql";
            settings["ConnectionStrings:TokenAuth"] = $"{postgreSql};Database={name}";
        }

        Filler filler = postgreSql is null
            ? new SqliteFiller(Path.Combine(directory, "tokenauth.db"))
            : new PostgreSqlFiller($"{postgreSql};Database={name}");
        var engine = (postgreSql is null ? "SQLite" : "PostgreSQL") + build.Suffix.Replace('_', ' ');
        var file = Path.Combine(directory, "fixture.json"); // written last: an incomplete store is filled again
        if (File.Exists(file))
        {
            var known = JsonSerializer.Deserialize<BenchFixture>(await File.ReadAllTextAsync(file))!;
            return new Installation(build, engine, settings, filler, known, sessions);
        }

        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        if (postgreSql is not null)
            await RecreateAsync(postgreSql, name);
        var began = TimeProvider.System.GetTimestamp();
        var fixture = await BenchFixture.CreateAsync(new Commands(build.Dll, settings), filler);
        await filler.FillAsync(fixture, sessions);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(fixture));
        Console.WriteLine($"{name}: filled in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        return new Installation(build, engine, settings, filler, fixture, sessions);
    }

    /// <summary>Starts the build on the store, and waits for its first answer.</summary>
    public Task<ServerUnderLoad> StartAsync() => ServerUnderLoad.StartAsync(
        Build.Dll, Requests.IpernityCheckToken(Fixture, 0),
        ["serve", .. _settings.Select(setting => $"--{setting.Key}={setting.Value}")]);

    /// <summary>Reserves numbers that no run has used; returns the first.</summary>
    public long TakeNumbers(int count) => (_numbers += count) - count;

    private static async Task RecreateAsync(string postgreSql, string name)
    {
        await using var server = new Npgsql.NpgsqlConnection($"{postgreSql};Database=postgres;Pooling=false");
        await server.OpenAsync();
        foreach (var sql in new[] { $"DROP DATABASE IF EXISTS {name}", $"CREATE DATABASE {name}" })
        {
            await using var command = server.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }
}

/// <summary>A published server.</summary>
/// <param name="Suffix">Marks the results and stores of another build; empty for the one that is measured.</param>
internal sealed record Build(string Dll, string Suffix);
