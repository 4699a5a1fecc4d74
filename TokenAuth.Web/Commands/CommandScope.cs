using System.CommandLine;
using System.Text.Json;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Commands;

/// <summary>The kernel's services for a command, on the configured store.</summary>
internal sealed class CommandScope : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly AsyncServiceScope _scope;

    private CommandScope(ServiceProvider services)
    {
        _services = services;
        _scope = services.CreateAsyncScope();
    }

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object and nothing else.",
    };

    /// <summary>Opens the configured store to read it. Creates and changes nothing.</summary>
    /// <exception cref="SettingsException">There is no store.</exception>
    /// <exception cref="CommandException">The schema is not the one of this version.</exception>
    public static async Task<CommandScope> OpenToReadAsync(ParseResult parsed) => await OpenAsync(
        parsed,
        readsOnly: true,
        async services =>
        {
            await services.RequireStoreAsync();
            if (!await services.GetRequiredService<Store>().IsCurrentAsync())
            {
                throw new CommandException(
                    "The store is of an earlier version: run 'db migrate', or start the server of this version.");
            }
        });

    /// <summary>Opens the configured store, which must exist, to change it. Migrates the schema first.</summary>
    /// <param name="isPatient">Tells whether a statement may take minutes, as none of the server's does.</param>
    /// <exception cref="SettingsException">There is no store.</exception>
    public static async Task<CommandScope> OpenToChangeAsync(ParseResult parsed, bool isPatient = false) =>
        await OpenAsync(parsed, readsOnly: false, Prepare(migrate: true, mayCreate: false), isPatient);

    /// <summary>Opens the configured store.</summary>
    /// <param name="migrate">Whether to migrate the schema first.</param>
    /// <param name="mayCreate">
    /// Whether to create a missing store, as the server does; otherwise the command fails.
    /// </param>
    public static async Task<CommandScope> OpenAsync(
        bool migrate = true, bool mayCreate = false, ParseResult? parsed = null) =>
        await OpenAsync(parsed, readsOnly: false, Prepare(migrate, mayCreate));

    public T Get<T>()
        where T : notnull => _scope.ServiceProvider.GetRequiredService<T>();

    /// <summary>Prints a result as JSON with <c>--json</c>, otherwise as text.</summary>
    public static void Print(ParseResult parsed, object result, string text) =>
        parsed.InvocationConfiguration.Output.WriteLine(
            parsed.GetValue(Json) ? JsonSerializer.Serialize(result) : text);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Get<SecurityLog>().FlushAsync(CancellationToken.None);
        }
        finally
        {
            await _scope.DisposeAsync();
            await _services.DisposeAsync();
        }
    }

    private static Func<IServiceProvider, Task> Prepare(bool migrate, bool mayCreate) => async services =>
    {
        if (!mayCreate)
            await services.RequireStoreAsync();
        if (migrate)
            await services.PrepareStoreAsync();
    };

    private static async Task<CommandScope> OpenAsync(
        ParseResult? parsed, bool readsOnly, Func<IServiceProvider, Task> prepareAsync, bool isPatient = false)
    {
        var invocation = parsed is null ? null : CommandInvocation.Of(parsed);
        var builder = Server.CreateBuilder(invocation?.Settings ?? []);
        var options = Server.ReadOptions(builder, Program.Dialects);
        if (isPatient
            && options.Database.Provider == DatabaseProvider.PostgreSql
            && builder.Configuration[PostgreSqlSettings.Setting] is { Length: > 0 } connectionString)
        {
            // Of two values of a keyword, the last one counts.
            builder.Configuration[PostgreSqlSettings.Setting] = connectionString + ";Command Timeout=600";
        }

        invocation?.Adjust?.Invoke(builder);
        builder.Services.AddKernel(builder.Configuration, options, readsOnly);
        builder.Logging.ClearProviders();
        var scope = new CommandScope(builder.Services.BuildServiceProvider());
        try
        {
            await prepareAsync(scope._services);
            return scope;
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }
}
