using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;
using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Kernel.Hosting;

/// <summary>The configured engine of the store.</summary>
internal static class StoreServices
{
    public static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options) =>
        options.Database.Provider == DatabaseProvider.PostgreSql
            ? services.AddPostgreSql(configuration)
            : services.AddSqlite(configuration, options);

    /// <summary>Before anything else: the schema is brought up to date, and the key ring has a key and can be opened.</summary>
    public static async Task PrepareStoreAsync(this IServiceProvider services)
    {
        var (store, keys) = (services.GetRequiredService<Store>(), services.GetRequiredService<KeyRing>());
        await store.MigrateAsync();
        if (await keys.IsEmptyAsync())
        {
            // Nodes that start at once would make a key each, and not know the others' until they read the ring again.
            await store.WithStoreLockAsync(async () =>
            {
                var now = TimeProvider.System.GetUtcNow(); // as Data Protection itself reckons
                if (await keys.IsEmptyAsync())
                    services.GetRequiredService<IKeyManager>().CreateNewKey(now, now + services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.NewKeyLifetime);
            });
        }

        await keys.EnsureOpensAsync();
    }

    /// <summary>For what only reads, or changes what is there: it makes no store.</summary>
    public static async Task RequireStoreAsync(this IServiceProvider services)
    {
        var store = services.GetRequiredService<Store>();
        if (!await store.ExistsAsync())
            throw new SettingsException(store.Setting, $"there is no store at {store.Location}");
    }

    private static IServiceCollection AddPostgreSql(this IServiceCollection services, IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString("TokenAuth");
        if (string.IsNullOrEmpty(connectionString))
            throw new SettingsException("ConnectionStrings:TokenAuth", "is needed for PostgreSql, such as Host=db;Database=tokenauth;Username=tokenauth");
        var store = new PostgreSqlStore(connectionString, StoreSchemas.PostgreSql);
        return services.AddSingleton<Store>(_ => store)
            .AddDbContext<AuthDb, PostgreSqlAuthDb>(db => db.UseNpgsql(store.Source));
    }

    private static IServiceCollection AddSqlite(this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options)
    {
        var (connectionString, setting) = Settings.ConnectionString(configuration, options);
        SqliteFile.Check(connectionString);
        return services
            .AddSingleton<Store>(_ => new SqliteStore(new SqliteFile(connectionString, setting, options), StoreSchemas.Sqlite))
            .AddDbContext<AuthDb, SqliteAuthDb>(db => db.UseSqlite(connectionString).AddInterceptors(new SqlitePragmas()));
    }
}
