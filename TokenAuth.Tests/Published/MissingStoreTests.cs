using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>A store that is not where it should be: a wrong setting, a lost file, a disk that is not mounted. None is made in its place.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class MissingStoreTests(PublishedCopy copy)
{
    private static readonly string[][] NeedOne =
    [
        ["app", "list", "--json"], ["app", "disable", "k"], ["app", "enable", "k"], ["app", "rotate", "k"],
        ["account", "key", "alice", "phone"], ["account", "state", "alice", "active"],
        ["db", "check"], ["db", "backup", "backup.db"], ["db", "rewrap", "--key-stdin"],
    ];

    public static TheoryData<string> Losses => ["gone", "empty", "short", "foreign", "log"];

    [Fact]
    public async Task Commands_that_read_or_change_a_store_make_none()
    {
        await using var installation = new PublishedInstallation(copy);

        foreach (var command in NeedOne)
        {
            var ended = await installation.RunWithInputAsync(Convert.ToBase64String(new byte[32]) + "\n", command);
            ended.Failed(1, $"TokenAuth:DataDirectory: there is no store at {installation.Database}");
        }

        Assert.Empty(Directory.GetFiles(installation.Root, "*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(installation.Data));
    }

    [Fact]
    public async Task On_PostgreSQL_neither()
    {
        await using var database = await PostgreSqlDatabase.CreateEmptyAsync();
        await using var installation = new PublishedInstallation(copy, database.Environment);

        (await installation.RunAsync("app", "list")).Failed(1, "ConnectionStrings:TokenAuth: there is no store at 127.0.0.1/" + database.Name);
        (await installation.RunAsync("db", "check")).Failed(1, "there is no store at");

        Assert.Equal(0, await database.Cluster.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database.Name));
        Assert.Empty(Directory.GetFiles(installation.Root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Beside_what_is_left_of_a_store_the_server_starts_with_no_new_one(string loss)
    {
        await using var cast = await copy.CastAsync();
        var installation = cast.Installation;
        var rest = Lose(installation, loss);
        var files = Contents(installation);

        (await installation.ServeInVainAsync()).Failed(1, "TokenAuth:DataDirectory", $"there is no store at {installation.Database}", rest);
        (await installation.RunAsync("app", "add", "Gallery", "--kind", "web")).Failed(1, rest);
        (await installation.RunAsync("db", "migrate")).Failed(1, rest);

        Assert.Equal(files, Contents(installation), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(-4096)]
    public async Task A_file_that_was_cut_off_is_refused(int length)
    {
        await using var cast = await copy.CastAsync();
        using (var file = File.OpenWrite(cast.Installation.Database))
            file.SetLength(length < 0 ? file.Length + length : length);

        (await cast.Installation.ServeInVainAsync()).Failed(1, cast.Installation.Database);
    }

    [Fact]
    public async Task A_key_that_was_cut_off_is_named()
    {
        await using var cast = await copy.CastAsync();
        var key = Path.Combine(cast.Installation.Data, "keyring.key");
        await File.WriteAllTextAsync(key, "");

        (await cast.Installation.ServeInVainAsync()).Failed(1, "TokenAuth:KeyRing:WrappingKey", key);
    }

    [Fact]
    public async Task Without_a_key_or_a_log_an_empty_file_becomes_a_store()
    {
        await using var installation = new PublishedInstallation(copy);
        Directory.CreateDirectory(installation.Data);
        await File.WriteAllTextAsync(installation.Database, ""); // as a first start leaves it that was killed

        (await installation.RunAsync("db", "migrate")).Succeeded();
        (await installation.RunAsync("db", "check")).Succeeded();
    }

    /// <returns>The file that gives it away.</returns>
    private static string Lose(PublishedInstallation installation, string loss)
    {
        var key = Path.Combine(installation.Data, "keyring.key");
        File.Delete(installation.Database);
        switch (loss)
        {
            case "empty" or "short":
                File.WriteAllText(installation.Database, loss == "empty" ? "" : "x");
                break;
            case "foreign":
                using (var connection = new SqliteConnection($"Data Source={installation.Database};Pooling=False"))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = "CREATE TABLE letters (x)";
                    command.ExecuteNonQuery();
                }

                break;
            case "log":
                File.Delete(key);
                File.WriteAllBytes(installation.Database + "-wal", new byte[4096]);
                return installation.Database + "-wal";
        }

        return key;
    }

    private static List<string> Contents(PublishedInstallation installation) =>
        [.. Directory.GetFiles(installation.Data).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];
}
