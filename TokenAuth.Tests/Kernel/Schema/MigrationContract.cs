using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Schema;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Schema;

public abstract class MigrationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public Task The_migrations_match_the_model() => Node.WithAsync<AuthDb>(db =>
    {
        Assert.False(db.Database.HasPendingModelChanges(), "The model has moved: run migrations/add.sh");
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_migrated_store_is_in_order_and_migrating_it_again_changes_nothing()
    {
        await Node.Store.MigrateAsync();

        Assert.Equal(Engine.Shortcomings, await Node.Store.CheckAsync());
        Assert.Equal(2, await Node.CountAsync("accounts"));
    }

    [Fact]
    public Task Hand_written_SQL_finds_every_column_in_snake_case() => Node.WithAsync<AuthDb>(async db =>
    {
        // A document in a column has no columns of its own.
        var tables = db.Model.GetEntityTypes().Where(table => !table.IsMappedToJson()).ToList();
        Assert.True(tables.Count > 8);
        foreach (var table in tables)
        {
            var names = table.GetProperties()
                .Select(property => property.GetColumnName()).Append(table.GetTableName()!).ToList();
            Assert.All(names, name => Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", name));
            await Node.Store.ReadAsync(connection => connection.FirstAsync(
                $"SELECT {string.Join(", ", names.SkipLast(1))} FROM {table.GetTableName()} LIMIT 1", _ => true));
        }
    });

    [Fact]
    public async Task The_five_indexes_on_a_token_or_key_hash_are_unique() =>
        Assert.Equal(5, await Node.WithAsync<AuthDb, int>(db => Task.FromResult(
            db.Model.GetEntityTypes().SelectMany(table => table.GetIndexes())
                .Count(index => index.IsUnique && index.Properties is [{ Name: "TokenHash" or "KeyHash" }]))));
}
