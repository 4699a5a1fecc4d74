using System.CommandLine;
using System.Text.Json;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Hosting;

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

    /// <summary>Opens the configured store.</summary>
    /// <param name="migrate">Whether to migrate the schema first.</param>
    /// <param name="mayCreate">
    /// Whether to create a missing store, as the server does; otherwise the command fails.
    /// </param>
    public static async Task<CommandScope> OpenAsync(bool migrate = true, bool mayCreate = false)
    {
        var builder = Server.CreateBuilder([]);
        var options = Server.ReadOptions(builder, Program.Dialects);
        builder.Services.AddKernel(builder.Configuration, options);
        builder.Logging.ClearProviders();
        var scope = new CommandScope(builder.Services.BuildServiceProvider());
        try
        {
            if (!mayCreate)
                await scope._services.RequireStoreAsync();
            if (migrate)
                await scope._services.PrepareStoreAsync();
            return scope;
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

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
}
