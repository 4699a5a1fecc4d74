using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>The kernel's services without a web server, as commands use them.</summary>
internal sealed class StoreNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public StoreNode(Dictionary<string, string?> settings, TimeProvider clock)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = TokenAuth.Kernel.Configuration.Settings.Read(configuration, AppContext.BaseDirectory);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddKernel(configuration, options)
            .PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000)
            .AddSingleton<ExpirySweep>()
            .AddSingleton<MailSender>()
            .AddSingleton<UserRegistry>()
            .BuildServiceProvider();
    }

    public Store Store => Get<Store>();

    public HandshakeStore Handshakes => Get<HandshakeStore>();

    public SessionStore Sessions => Get<SessionStore>();

    public ConsentStore Consents => Get<ConsentStore>();

    public Throttle Throttle => Get<Throttle>();

    public Quota Quota => Get<Quota>();

    public ReplayGuard Replays => Get<ReplayGuard>();

    /// <summary>Prepares the store, as every process does first.</summary>
    public Task PrepareAsync() => _services.PrepareStoreAsync();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Uses a scoped service.</summary>
    public async Task<TResult> WithAsync<T, TResult>(Func<T, Task<TResult>> work)
        where T : notnull
    {
        await using var scope = _services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    public Task WithAsync<T>(Func<T, Task> work)
        where T : notnull => WithAsync<T, bool>(async service =>
        {
            await work(service);
            return true;
        });

    /// <summary>Counts a table's rows.</summary>
    public ValueTask<long> CountAsync(string table) =>
        Store.ReadAsync(connection => connection.FirstAsync($"SELECT count(*) FROM {table}", row => row.GetInt64(0)));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
