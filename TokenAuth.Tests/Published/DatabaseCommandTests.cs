using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The commands that a script needs to manage the store.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class DatabaseCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task Migrate_creates_a_valid_store_that_only_its_owner_can_read()
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
    public async Task Check_names_a_missing_migration()
    {
        await using var fixture = await copy.CastAsync();
        var last = Scalar(fixture.Installation, "DELETE FROM __EFMigrationsHistory WHERE MigrationId "
            + "= (SELECT max(MigrationId) FROM __EFMigrationsHistory) RETURNING MigrationId");

        (await fixture.Installation.RunAsync("db", "check")).Failed(1, $"migration {last} is missing");
    }

    [Fact]
    public async Task Check_names_a_wrong_option_that_only_the_server_needs()
    {
        await using var fixture = await copy.CastAsync();
        var command = fixture.Installation.Start(
            copy.Program, [("TokenAuth__MediaPost__TokenLifetime", "24:00:00")], "db", "check");

        var ended = await command.ExitAsync(TimeSpan.FromMinutes(1));

        ended.Failed(1, "TokenAuth:MediaPost:TokenLifetime", "1.00:00:00");
    }

    [Fact]
    public async Task Rewrap_exchanges_the_wrapping_key_and_check_reports_that_the_old_one_is_no_longer_the_stores()
    {
        await using var fixture = await copy.CastAsync();
        var successor = RandomNumberGenerator.GetBytes(32);
        (await fixture.Installation.RunWithInputAsync("c2hvcnQ=\n", "db", "rewrap", "--key-stdin")).Failed(
            2, "32 bytes");

        var answer = (await fixture.Installation.RunWithInputAsync(
            Convert.ToBase64String(successor) + "\n", "db", "rewrap", "--key-stdin", "--json")).Json();

        Assert.Equal(1, answer.GetProperty("keys").GetInt32());
        (await fixture.Installation.RunAsync("db", "check")).Failed(1, "wrapped by another key");
        await File.WriteAllBytesAsync(Path.Combine(fixture.Installation.Data, "keyring.key"), successor);
        (await fixture.Installation.RunAsync("db", "check")).Succeeded();
    }

    [Fact]
    public async Task Check_finds_a_row_without_its_owner()
    {
        await using var fixture = await copy.CastAsync();
        Scalar(fixture.Installation, "PRAGMA foreign_keys=OFF; INSERT INTO consents (account_id, "
            + "application_id, dialect, permissions, granted_at) VALUES (77, 1, 'mediapost', '', 0)");

        (await fixture.Installation.RunAsync("db", "check")).Failed(1, "consents");
    }

    [Fact]
    public async Task Check_finds_damage_inside_the_file()
    {
        await using var fixture = await copy.CastAsync();
        await DamageAsync(fixture.Installation.Database, from: 4096 * 3);

        (await fixture.Installation.RunAsync("db", "check")).Failed(1);
    }

    [Fact]
    public async Task Check_finds_a_file_that_is_not_a_store()
    {
        await using var fixture = await copy.CastAsync();
        await DamageAsync(fixture.Installation.Database, from: 0);

        (await fixture.Installation.RunAsync("db", "check")).Failed(1, "not a database");
        (await fixture.Installation.RunAsync("app", "list", "--json")).Failed(1, "not a database");
    }

    [Fact]
    public async Task Migrate_continues_after_a_process_was_killed_during_a_migration()
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
    public async Task A_backup_does_not_overwrite_an_existing_file(string content)
    {
        await using var fixture = await copy.CastAsync();
        var file = Path.Combine(fixture.Installation.Root, "precious");
        await File.WriteAllTextAsync(file, content);

        (await fixture.Installation.RunAsync("db", "backup", file)).Failed(1, file, "is there already");

        Assert.Equal(content, await File.ReadAllTextAsync(file));
        Assert.Equal([file], Directory.GetFiles(fixture.Installation.Root));
    }

    [Fact]
    public async Task A_backup_needs_a_file_name_and_cannot_be_a_directory()
    {
        await using var fixture = await copy.CastAsync();
        var directory = Directory.CreateDirectory(Path.Combine(fixture.Installation.Root, "backups")).FullName;

        (await fixture.Installation.RunAsync("db", "backup", directory)).Failed(1, directory, "is there already");
        (await fixture.Installation.RunAsync("db", "backup", "")).Failed(2, "FILE is empty");

        Assert.Empty(Directory.GetFiles(fixture.Installation.Root));
    }

    [Fact]
    public async Task One_of_two_simultaneous_backups_to_one_file_succeeds_and_the_other_says_so()
    {
        await using var fixture = await copy.CastAsync();
        var file = Path.Combine(fixture.Installation.Root, "backup.db");

        var both = await Task.WhenAll(
            fixture.Installation.RunProgramAsync("", "db", "backup", file),
            fixture.Installation.RunProgramAsync("", "db", "backup", file));

        Assert.Single(both, one => one.Status == 0).Succeeded();
        Assert.Single(both, one => one.Status != 0).Failed(1, $"{file} is there already");
        Assert.Equal([file], Directory.GetFiles(fixture.Installation.Root));
    }

    [Fact]
    public async Task One_of_two_simultaneous_rewraps_succeeds_and_its_key_is_the_stores()
    {
        await using var fixture = await copy.CastAsync();
        var keys = Enumerable.Range(0, 2).Select(_ => RandomNumberGenerator.GetBytes(32)).ToList();

        var both = await Task.WhenAll(keys.Select(key => fixture.Installation.RunProgramAsync(
            Convert.ToBase64String(key) + "\n", "db", "rewrap", "--key-stdin", "--json")));

        var won = Array.FindIndex(both, one => one.Status == 0);
        both[won].Succeeded();
        both[1 - won].Failed(1, "another key");
        await File.WriteAllBytesAsync(Path.Combine(fixture.Installation.Data, "keyring.key"), keys[won]);
        (await fixture.Installation.RunAsync("db", "check")).Succeeded();
    }

    [Fact]
    public async Task A_backup_into_a_missing_directory_is_refused()
    {
        await using var fixture = await copy.CastAsync();
        var file = Path.Combine(fixture.Installation.Root, "missing", "backup.db");

        (await fixture.Installation.RunAsync("db", "backup", file)).Failed(1, "missing");
    }

    [Fact]
    public async Task A_row_of_the_key_ring_that_is_not_XML_is_reported_in_one_line()
    {
        await using var fixture = await copy.CastAsync();
        Scalar(fixture.Installation, "UPDATE key_ring SET xml = 'broken'");

        (await fixture.Installation.RunAsync("db", "check")).Failed(1, "key_ring");
        (await fixture.Installation.ServeInVainAsync()).Failed(1, "key_ring");
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
#pragma warning disable CA2100 // The SQL texts are this class's own.
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
