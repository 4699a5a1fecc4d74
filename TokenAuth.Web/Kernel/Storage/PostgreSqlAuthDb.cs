using Microsoft.EntityFrameworkCore;

namespace TokenAuth.Kernel.Storage;

/// <summary>The schema on PostgreSQL.</summary>
internal sealed class PostgreSqlAuthDb(DbContextOptions<PostgreSqlAuthDb> options) : AuthDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<WriteMark>(mark => mark.ToTable("write_marks").HasKey(m => m.Slot));
        base.OnModelCreating(builder);
    }
}
