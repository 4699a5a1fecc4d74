using Microsoft.EntityFrameworkCore;

namespace TokenAuth.Kernel.Storage;

/// <summary>The schema on PostgreSQL.</summary>
internal sealed class PostgreSqlAuthDb(DbContextOptions<PostgreSqlAuthDb> options) : AuthDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<WriteMark>(mark => mark.ToTable("write_marks").HasKey(m => m.Slot));
        builder.Entity<SessionChange>(change => change.ToTable("session_changes").HasKey(c => new { c.TransactionId, c.AccountId }));
        base.OnModelCreating(builder);
    }
}
