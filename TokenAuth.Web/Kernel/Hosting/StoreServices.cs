using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Hosting;

/// <summary>Registers the configured engine of the store and prepares the store.</summary>
internal static class StoreServices
{
    /// <summary>Registers the store.</summary>
    /// <param name="readsOnly">Tells whether the store is only read, so that not even its files change.</param>
    /// <exception cref="SettingsException">The connection string is missing or wrong.</exception>
    public static IServiceCollection AddStore(
        this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options, bool readsOnly) =>
        options.Database.Provider == DatabaseProvider.PostgreSql
            ? services.AddPostgreSql(configuration, options)
            : services.AddSqlite(configuration, options, readsOnly);

    /// <summary>
    /// Migrates the store, creates the first key of the key ring if needed, and checks that the key ring can be opened.
    /// </summary>
    public static async Task PrepareStoreAsync(this IServiceProvider services)
    {
        var (store, keys) = (services.GetRequiredService<Store>(), services.GetRequiredService<KeyRing>());
        await store.MigrateAsync();
        if (await keys.IsEmptyAsync())
        {
            // Without the lock, nodes that start together would each create a key, and not know the keys of the others
            // until they read the key ring again.
            await store.WithStoreLockAsync(async () =>
            {
                var now = TimeProvider.System.GetUtcNow(); // Data Protection uses the system's clock, too.
                if (!await keys.IsEmptyAsync())
                    return;
                var options = services.GetRequiredService<IOptions<KeyManagementOptions>>().Value;
                services.GetRequiredService<IKeyManager>().CreateNewKey(now, now + options.NewKeyLifetime);
            });
        }

        await keys.EnsureOpensAsync();
    }

    /// <summary>Checks that the store exists, for commands that must not create one.</summary>
    /// <exception cref="SettingsException">There is no store.</exception>
    public static async Task RequireStoreAsync(this IServiceProvider services)
    {
        var store = services.GetRequiredService<Store>();
        if (!await store.ExistsAsync())
            throw new SettingsException(store.Setting, $"there is no store at {store.Location}");
    }

    private static IServiceCollection AddPostgreSql(
        this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options)
    {
        var connectionString = configuration.GetConnectionString("TokenAuth");
        if (string.IsNullOrEmpty(connectionString))
        {
            throw new SettingsException(
                "ConnectionStrings:TokenAuth",
                "is needed for PostgreSql, such as Host=db;Database=tokenauth;Username=tokenauth");
        }

        var store = new PostgreSqlStore(
            connectionString, StoreSchemas.PostgreSql, TelemetryExport.IsOn(configuration, options));
        services.AddSingleton<Store>(_ => store);
        return services.AddDbContext<AuthDb, PostgreSqlAuthDb>(db => db.UseNpgsql(store.Source));
    }

    private static IServiceCollection AddSqlite(
        this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options, bool readsOnly)
    {
        var (connectionString, setting) = Settings.ConnectionString(configuration, options);
        SqliteFile.Check(connectionString);
        services.AddSingleton<Store>(
            _ => new SqliteStore(
                new SqliteFile(connectionString, setting, options, readsOnly),
                StoreSchemas.Sqlite,
                TelemetryExport.IsOn(configuration, options)));
        return services.AddDbContext<AuthDb, SqliteAuthDb>(
            db => db.UseSqlite(connectionString).AddInterceptors(new SqlitePragmas()));
    }
}
