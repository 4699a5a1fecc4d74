using System.Text.Json;

namespace TokenAuth.Bench;

/// <summary>A filled store. It is kept between runs, because a large one takes minutes to fill.</summary>
internal sealed class Installation
{
    private long _numbers;

    private Installation(string directory, string[] settings, Filler filler, BenchFixture fixture, long sessions) =>
        (Directory, Settings, Filler, Fixture, Sessions, _numbers) = (
            directory, settings, filler, fixture, sessions,
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000);

    public string Directory { get; }

    /// <summary>The server's settings.</summary>
    public string[] Settings { get; }

    public Filler Filler { get; }

    public BenchFixture Fixture { get; }

    public long Sessions { get; }

    /// <param name="root">The directory of all installations.</param>
    /// <param name="postgreSql">A connection string without a database; null for SQLite.</param>
    public static async Task<Installation> OpenAsync(string root, long sessions, string? postgreSql)
    {
        var name = $"{(postgreSql is null ? "sqlite" : "postgresql")}_{sessions}";
        var directory = Path.Combine(root, name);
        string[] settings =
        [
            $"--TokenAuth:DataDirectory={directory}",
            .. postgreSql is null ? Array.Empty<string>() : [
                "--TokenAuth:Database:Provider=PostgreSql",
                $"--ConnectionStrings:TokenAuth={postgreSql};Database={name}"],
        ];
        Filler filler = postgreSql is null
            ? new SqliteFiller(Path.Combine(directory, "tokenauth.db"))
            : new PostgreSqlFiller($"{postgreSql};Database={name}");
        var file = Path.Combine(directory, "cast.json"); // written last, so that an incomplete store is filled again
        if (File.Exists(file))
            return new Installation(
                directory, settings, filler,
                JsonSerializer.Deserialize<BenchFixture>(await File.ReadAllTextAsync(file))!, sessions);

        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
        if (postgreSql is not null)
            await RecreateAsync(postgreSql, name);
        var began = TimeProvider.System.GetTimestamp();
        var fixture = await BenchFixture.MakeAsync(settings);
        await filler.FillAsync(fixture, sessions);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(fixture));
        Console.WriteLine($"{name}: filled in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        return new Installation(directory, settings, filler, fixture, sessions);
    }

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
