using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Kernel.Schema;

/// <summary>The schema on PostgreSQL, which adds the tables of commit markers and of the change feed.</summary>
internal sealed class PostgreSqlAuthDb(DbContextOptions<PostgreSqlAuthDb> options) : AuthDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<CommitMarker>(mark => mark.ToTable("write_marks").HasKey(m => m.Slot));
        builder.Entity<ChangeFeedRow>(
            change => change.ToTable("session_changes").HasKey(c => new { c.TransactionId, c.AccountId }));
        base.OnModelCreating(builder);
    }
}
