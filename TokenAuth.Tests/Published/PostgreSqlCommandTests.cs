using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The errors that the commands and the server report about a PostgreSQL store.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class PostgreSqlCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task Check_names_a_missing_migration_and_a_server_without_durable_writes()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var installation = new PublishedInstallation(copy, database.Environment);
        var last = await database.Cluster.ScalarAsync<string>(
            """
            DELETE FROM "__EFMigrationsHistory"
            WHERE "MigrationId" = (SELECT max("MigrationId") FROM "__EFMigrationsHistory") RETURNING "MigrationId"
            """,
            database.Name);

        (await installation.RunAsync("db", "check")).Failed(1, $"migration {last} is missing; fsync is off");
    }

    [Fact]
    public async Task Backup_names_the_servers_own_tool_and_writes_nothing()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var installation = new PublishedInstallation(copy, database.Environment);
        var file = Path.Combine(installation.Root, "backup.db");

        (await installation.RunAsync("db", "backup", file)).Failed(1, "pg_dump");

        Assert.Empty(Directory.GetFiles(installation.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_copy_does_not_change_the_files_that_it_reads()
    {
        await using var fixture = await copy.CastAsync();
        await using var database = await PostgreSqlDatabase.CreateEmptyAsync();
        var key = Convert.ToBase64String(
            await File.ReadAllBytesAsync(Path.Combine(fixture.Installation.Data, "keyring.key")));
        await using var installation = new PublishedInstallation(
            copy, [.. database.Environment, ("TokenAuth__KeyRing__WrappingKey", key)]);
        var (files, before) = (
            Directory.GetFiles(fixture.Installation.Data),
            await File.ReadAllBytesAsync(fixture.Installation.Database));

        (await installation.RunAsync("db", "copy", "")).Failed(2, "FILE is empty");
        (await installation.RunAsync("db", "copy", fixture.Installation.Database)).Succeeded();

        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(fixture.Installation.Data).Order(
            StringComparer.Ordinal));
        Assert.Equal(before, await File.ReadAllBytesAsync(fixture.Installation.Database));
    }

    [Theory]
    [InlineData("", "ConnectionStrings:TokenAuth: is needed")]
    [InlineData("Database=tokenauth;Password=hunter2", "ConnectionStrings:TokenAuth: names no Host")]
    [InlineData("Host=127.0.0.1;Pass word=hunter2", "ConnectionStrings:TokenAuth: is no connection string")]
    [InlineData("Host=127.0.0.1;Port=99999;Password=hunter2", "ConnectionStrings:TokenAuth: ")]
    [InlineData("Host=127.0.0.1,db:x;Password=hunter2", "ConnectionStrings:TokenAuth: ")]
    [InlineData("Host=127.0.0.1;Minimum Pool Size=50;Password=hunter2", "ConnectionStrings:TokenAuth: ")]
    [InlineData("Host=127.0.0.1;Port=1;Username=tokenauth;Password=hunter2", "127.0.0.1:1: Connection refused")]
    public async Task A_node_that_cannot_reach_a_server_says_so_and_reveals_no_password(
        string connectionString, string saying)
    {
        await using var installation = new PublishedInstallation(
            copy, ("TokenAuth__Database__Provider", "PostgreSql"), ("ConnectionStrings__TokenAuth", connectionString));

        var ended = await installation.ServeInVainAsync();

        ended.Failed(1, saying);
        Assert.DoesNotContain("hunter2", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_names_a_missing_database_and_reveals_no_password()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var installation = new PublishedInstallation(copy, database.Environment);
        var nowhere = database.Cluster.ConnectionString("nowhere") + ";Password=hunter2";
        var command = installation.Start(copy.Program, [("ConnectionStrings__TokenAuth", nowhere)], "db", "check");

        var ended = await command.ExitAsync(TimeSpan.FromMinutes(1));

        ended.Failed(1, "\"nowhere\" does not exist");
        Assert.DoesNotContain("hunter2", ended.Error, StringComparison.Ordinal);
    }
}
