using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>
/// A store that is missing because of a wrong setting, a lost file, or a disk that is not mounted. The server creates
/// no new one instead.
/// </summary>
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
    public async Task Commands_that_read_or_change_a_store_create_none()
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
    public async Task Commands_on_PostgreSQL_create_none_either()
    {
        await using var database = await PostgreSqlDatabase.CreateEmptyAsync();
        await using var installation = new PublishedInstallation(copy, database.Environment);

        (await installation.RunAsync("app", "list")).Failed(
            1, "ConnectionStrings:TokenAuth: there is no store at 127.0.0.1/" + database.Name);
        (await installation.RunAsync("db", "check")).Failed(1, "there is no store at");

        Assert.Equal(0, await database.Cluster.ScalarAsync<long>(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database.Name));
        Assert.Empty(Directory.GetFiles(installation.Root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task The_server_does_not_start_with_a_new_store_beside_the_remains_of_another(string loss)
    {
        await using var fixture = await copy.CastAsync();
        var installation = fixture.Installation;
        var rest = Lose(installation, loss);
        var files = Contents(installation);

        (await installation.ServeInVainAsync()).Failed(
            1, "TokenAuth:DataDirectory", $"there is no store at {installation.Database}", rest);
        (await installation.RunAsync("app", "add", "Gallery", "--kind", "web")).Failed(1, rest);
        (await installation.RunAsync("db", "migrate")).Failed(1, rest);

        Assert.Equal(files, Contents(installation), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(-4096)]
    public async Task A_truncated_store_is_refused(int length)
    {
        await using var fixture = await copy.CastAsync();
        using (var file = File.OpenWrite(fixture.Installation.Database))
            file.SetLength(length < 0 ? file.Length + length : length);

        (await fixture.Installation.ServeInVainAsync()).Failed(1, fixture.Installation.Database);
    }

    /// <summary>As on a read-only disk. A mode does not stop a test that runs as root, but such a link does.</summary>
    [Fact]
    public async Task A_store_that_cannot_be_written_is_named()
    {
        await using var fixture = await copy.CastAsync();
        var database = fixture.Installation.Database;
        File.Delete(database + "-shm");
        File.CreateSymbolicLink(database + "-shm", "/nowhere/shm");

        (await fixture.Installation.ServeInVainAsync()).Failed(
            1, $"TokenAuth:DataDirectory: {database}, or its directory, cannot be written");
    }

    [Fact]
    public async Task A_truncated_key_is_named()
    {
        await using var fixture = await copy.CastAsync();
        var key = Path.Combine(fixture.Installation.Data, "keyring.key");
        await File.WriteAllTextAsync(key, "");

        (await fixture.Installation.ServeInVainAsync()).Failed(1, "TokenAuth:KeyRing:WrappingKey", key);
    }

    [Fact]
    public async Task An_empty_file_without_a_key_or_a_log_becomes_a_store()
    {
        await using var installation = new PublishedInstallation(copy);
        Directory.CreateDirectory(installation.Data);
        await File.WriteAllTextAsync(installation.Database, ""); // a first start that was killed leaves such a file

        (await installation.RunAsync("db", "migrate")).Succeeded();
        (await installation.RunAsync("db", "check")).Succeeded();
    }

    /// <returns>The file that reveals the earlier store.</returns>
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
        [
            .. Directory.GetFiles(installation.Data).Order(StringComparer.Ordinal).Select(
                file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}"),
        ];
}
