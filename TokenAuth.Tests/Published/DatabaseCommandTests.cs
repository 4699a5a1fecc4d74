using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>What a script that keeps the store relies on.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class DatabaseCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task Where_there_is_nothing_migrate_makes_a_store_that_is_in_order_and_nobody_elses()
    {
        await using var installation = new PublishedInstallation(copy);

        Assert.Empty((await installation.RunAsync("db", "migrate")).Succeeded().Output);
        Assert.Empty((await installation.RunAsync("db", "migrate")).Succeeded().Output);

        Assert.Equal("The store is in order.\n", (await installation.RunAsync("db", "check")).Succeeded().Output);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal("rwx------", Mode(installation.Data));
        foreach (var file in Directory.GetFiles(installation.Data))
            Assert.Equal("rw-------", Mode(file));
    }

    [Fact]
    public async Task Check_names_a_migration_that_is_missing()
    {
        await using var cast = await copy.CastAsync();
        var last = Scalar(cast.Installation, "DELETE FROM __EFMigrationsHistory WHERE MigrationId = (SELECT max(MigrationId) FROM __EFMigrationsHistory) RETURNING MigrationId");

        (await cast.Installation.RunAsync("db", "check")).Failed(1, $"migration {last} is missing");
    }

    [Fact]
    public async Task Check_names_a_wrong_option_that_only_the_server_needs()
    {
        await using var cast = await copy.CastAsync();
        var command = cast.Installation.Start(
            copy.Program, [("TokenAuth__MediaPost__TokenLifetime", "24:00:00")], "db", "check");

        var ended = await command.ExitAsync(TimeSpan.FromMinutes(1));

        ended.Failed(1, "TokenAuth:MediaPost:TokenLifetime", "1.00:00:00");
    }

    [Fact]
    public async Task Rewrap_exchanges_the_wrapping_key_and_check_finds_that_the_old_one_is_not_the_stores_any_more()
    {
        await using var cast = await copy.CastAsync();
        var successor = RandomNumberGenerator.GetBytes(32);
        (await cast.Installation.RunWithInputAsync("c2hvcnQ=\n", "db", "rewrap", "--key-stdin")).Failed(2, "32 bytes");

        var answer = (await cast.Installation.RunWithInputAsync(Convert.ToBase64String(successor) + "\n", "db", "rewrap", "--key-stdin", "--json")).Json();

        Assert.Equal(1, answer.GetProperty("keys").GetInt32());
        (await cast.Installation.RunAsync("db", "check")).Failed(1, "wrapped by another key");
        await File.WriteAllBytesAsync(Path.Combine(cast.Installation.Data, "keyring.key"), successor);
        (await cast.Installation.RunAsync("db", "check")).Succeeded();
    }

    [Fact]
    public async Task Check_finds_a_row_that_has_lost_its_owner()
    {
        await using var cast = await copy.CastAsync();
        Scalar(cast.Installation, "PRAGMA foreign_keys=OFF; INSERT INTO consents (account_id, application_id, dialect, permissions, granted_at) VALUES (77, 1, 'mediapost', '', 0)");

        (await cast.Installation.RunAsync("db", "check")).Failed(1, "consents");
    }

    [Fact]
    public async Task Check_finds_damage_inside_the_file()
    {
        await using var cast = await copy.CastAsync();
        await DamageAsync(cast.Installation.Database, from: 4096 * 3);

        (await cast.Installation.RunAsync("db", "check")).Failed(1);
    }

    [Fact]
    public async Task Check_finds_that_the_file_is_no_store_at_all()
    {
        await using var cast = await copy.CastAsync();
        await DamageAsync(cast.Installation.Database, from: 0);

        (await cast.Installation.RunAsync("db", "check")).Failed(1, "not a database");
        (await cast.Installation.RunAsync("app", "list", "--json")).Failed(1, "not a database");
    }

    [Fact]
    public async Task Migrate_goes_on_where_a_process_was_killed_in_the_middle_of_it()
    {
        await using var installation = new PublishedInstallation(copy);
        Directory.CreateDirectory(installation.Data);
        Scalar(
            installation,
            """
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            """);

        (await installation.RunAsync("db", "migrate")).Succeeded();
    }

    [Theory]
    [InlineData("precious")]
    [InlineData("")]
    public async Task A_backup_does_not_overwrite_what_is_there(string content)
    {
        await using var cast = await copy.CastAsync();
        var file = Path.Combine(cast.Installation.Root, "precious");
        await File.WriteAllTextAsync(file, content);

        (await cast.Installation.RunAsync("db", "backup", file)).Failed(1, file, "is there already");

        Assert.Equal(content, await File.ReadAllTextAsync(file));
        Assert.Equal([file], Directory.GetFiles(cast.Installation.Root));
    }

    [Fact]
    public async Task A_backup_is_no_directory_and_has_a_name()
    {
        await using var cast = await copy.CastAsync();
        var directory = Directory.CreateDirectory(Path.Combine(cast.Installation.Root, "backups")).FullName;

        (await cast.Installation.RunAsync("db", "backup", directory)).Failed(1, directory, "is there already");
        (await cast.Installation.RunAsync("db", "backup", "")).Failed(2, "FILE is empty");

        Assert.Empty(Directory.GetFiles(cast.Installation.Root));
    }

    [Fact]
    public async Task Of_two_backups_to_one_file_at_once_one_is_made_and_the_other_says_so()
    {
        await using var cast = await copy.CastAsync();
        var file = Path.Combine(cast.Installation.Root, "backup.db");

        var both = await Task.WhenAll(cast.Installation.RunAsync("db", "backup", file), cast.Installation.RunAsync("db", "backup", file));

        Assert.Single(both, one => one.Status == 0).Succeeded();
        Assert.Single(both, one => one.Status != 0).Failed(1, $"{file} is there already");
        Assert.Equal([file], Directory.GetFiles(cast.Installation.Root));
    }

    [Fact]
    public async Task Of_two_exchanges_of_the_wrapping_key_at_once_one_is_made_and_its_key_is_the_stores()
    {
        await using var cast = await copy.CastAsync();
        var keys = Enumerable.Range(0, 2).Select(_ => RandomNumberGenerator.GetBytes(32)).ToList();

        var both = await Task.WhenAll(keys.Select(key => cast.Installation.RunWithInputAsync(Convert.ToBase64String(key) + "\n", "db", "rewrap", "--key-stdin", "--json")));

        var won = Array.FindIndex(both, one => one.Status == 0);
        both[won].Succeeded();
        both[1 - won].Failed(1, "another key");
        await File.WriteAllBytesAsync(Path.Combine(cast.Installation.Data, "keyring.key"), keys[won]);
        (await cast.Installation.RunAsync("db", "check")).Succeeded();
    }

    [Fact]
    public async Task A_backup_into_a_directory_that_is_not_there_is_refused()
    {
        await using var cast = await copy.CastAsync();
        var file = Path.Combine(cast.Installation.Root, "missing", "backup.db");

        (await cast.Installation.RunAsync("db", "backup", file)).Failed(1, "missing");
    }

    [Fact]
    public async Task A_row_of_the_key_ring_that_is_no_XML_is_told_in_one_line()
    {
        await using var cast = await copy.CastAsync();
        Scalar(cast.Installation, "UPDATE key_ring SET xml = 'broken'");

        (await cast.Installation.RunAsync("db", "check")).Failed(1, "key_ring");
        (await cast.Installation.ServeInVainAsync()).Failed(1, "key_ring");
    }

    private static async Task DamageAsync(string file, int from)
    {
        await using var stream = File.OpenWrite(file);
        stream.Position = from;
        await stream.WriteAsync(Enumerable.Repeat((byte)0x5A, (int)(stream.Length - from)).ToArray());
    }

    private static string? Scalar(PublishedInstallation installation, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={installation.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static string Mode(string path)
    {
        var mode = (int)File.GetUnixFileMode(path);
        return string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (256 >> bit)) == 0 ? '-' : "rwx"[bit % 3]));
    }
}
