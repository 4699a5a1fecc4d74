using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;
using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Kernel.Schema;

/// <summary>The EF Core contexts of both engines.</summary>
internal static class StoreSchemas
{
    public static StoreSchema<SqliteStore> Sqlite { get; } = new(
        typeof(SqliteAuthDb),
        store => new SqliteAuthDb(
            new DbContextOptionsBuilder<SqliteAuthDb>()
                .UseSqlite(store.ConnectionString)
                .AddInterceptors(new SqlitePragmas())
                .Options));

    public static StoreSchema<PostgreSqlStore> PostgreSql { get; } = new(
        typeof(PostgreSqlAuthDb),
        store =>
        {
            var db = new PostgreSqlAuthDb(
                new DbContextOptionsBuilder<PostgreSqlAuthDb>().UseNpgsql(store.Source).Options);
            db.Database.SetCommandTimeout(0); // a migration of millions of rows takes long
            return db;
        });
}
