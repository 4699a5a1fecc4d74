using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>The first start, on a store that does not exist yet, possibly of several nodes at the same time.</summary>
public sealed class FreshStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-");

    [Fact(Timeout = 60_000)]
    public async Task Eight_nodes_that_start_simultaneously_migrate_once()
    {
        var nodes = Enumerable.Range(0, 8).Select(_ => new SqliteStore(Made, StoreSchemas.Sqlite)).ToList();

        await Task.WhenAll(nodes.Select(
            node => Task.Run(() => node.MigrateAsync(TestContext.Current.CancellationToken))));

        Assert.Empty(await nodes[0].CheckAsync());
        nodes.ForEach(node => node.Dispose());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_lock_of_a_process_killed_during_a_migration_blocks_no_node()
    {
        await Made.CreateAsync();
        using var store = new SqliteStore(Made, StoreSchemas.Sqlite);
        await store.WriteAsync(connection => connection.ExecuteAsync(
            """
            CREATE TABLE "__EFMigrationsLock" (
                "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-03-01 12:00:00+00:00');
            """));

        await store.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await store.CheckAsync());
    }

    [Fact]
    public async Task A_store_that_was_not_migrated_is_not_in_order()
    {
        await Made.CreateAsync();
        using var store = new SqliteStore(Made, StoreSchemas.Sqlite);

        var problems = await store.CheckAsync();
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.Contains("migration", problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_directory_and_file_are_accessible_to_the_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }

        var data = Path.Combine(_directory.FullName, "made", "data");

        await SqliteEngine.FileAt(Path.Combine(data, "a.db")).CreateAsync();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "a.db")));
    }

    [Fact]
    public async Task An_existing_directory_keeps_its_mode_and_its_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }

        const UnixFileMode mode =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(_directory.FullName, mode);
        File.WriteAllText(Path.Combine(_directory.FullName, "a.db"), "kept");

        await Made.CreateAsync();

        Assert.Equal(mode, File.GetUnixFileMode(_directory.FullName));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_directory.FullName, "a.db")));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private SqliteFile Made => SqliteEngine.FileAt(Path.Combine(_directory.FullName, "a.db"));
}
