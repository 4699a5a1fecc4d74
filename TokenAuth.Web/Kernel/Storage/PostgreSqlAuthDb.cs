using Microsoft.EntityFrameworkCore;

namespace TokenAuth.Kernel.Storage;

/// <summary>The schema on PostgreSQL.</summary>
internal sealed class PostgreSqlAuthDb(DbContextOptions<PostgreSqlAuthDb> options) : AuthDb(options);
