using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Schema;

/// <summary>
/// The schema on SQLite. EF Core's saves run between the writer's transactions, so the two never compete for the lock.
/// </summary>
internal sealed class SqliteAuthDb(DbContextOptions<SqliteAuthDb> options, Store? store = null) : AuthDb(options)
{
    public override Task<int> SaveChangesAsync(
        bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Task<int> SaveAsync() => base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        return store is null ? SaveAsync() : store.SerializeWriteAsync(SaveAsync);
    }
}
