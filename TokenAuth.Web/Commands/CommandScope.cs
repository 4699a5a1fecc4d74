using System.CommandLine;
using System.Text.Json;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Commands;

/// <summary>What a command works with: the kernel's services on the configured store, its schema up to date.</summary>
internal sealed class CommandScope : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly AsyncServiceScope _scope;

    private CommandScope(ServiceProvider services)
    {
        _services = services;
        _scope = services.CreateAsyncScope();
    }

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <param name="migrate">Whether the schema is brought up to date first.</param>
    /// <param name="mayMake">Whether a store is made where there is none, as the server does; otherwise the command is refused.</param>
    public static async Task<CommandScope> OpenAsync(bool migrate = true, bool mayMake = false)
    {
        var builder = Server.CreateBuilder([]);
        var options = Server.ReadOptions(builder, Program.FeatureSections);
        builder.Services.AddKernel(builder.Configuration, options);
        builder.Logging.ClearProviders();
        var scope = new CommandScope(builder.Services.BuildServiceProvider());
        try
        {
            if (!mayMake)
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

    /// <summary>Prints a result for a program or for a person.</summary>
    public static void Print(ParseResult parsed, object result, string text) =>
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(result) : text);

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
