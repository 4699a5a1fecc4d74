using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using TokenAuth.Kernel.Schema;

namespace TokenAuth.Migrations;

/// <summary>Creates each provider's context for dotnet-ef, which loads this program and never runs it.</summary>
internal sealed class Program : IDesignTimeDbContextFactory<SqliteAuthDb>, IDesignTimeDbContextFactory<PostgreSqlAuthDb>
{
    private static void Main()
    {
    }

    // No connection is ever opened; a connection string is merely required.
    SqliteAuthDb IDesignTimeDbContextFactory<SqliteAuthDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteAuthDb>().UseSqlite("Data Source=:memory:").Options);

    PostgreSqlAuthDb IDesignTimeDbContextFactory<PostgreSqlAuthDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlAuthDb>().UseNpgsql("Host=nowhere").Options);
}
