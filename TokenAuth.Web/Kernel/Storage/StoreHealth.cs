using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Ready says what is wrong with the store. It is asked by strangers as well, so it says no more than that, and however many
/// ask at once, the store is asked by one.
/// </summary>
internal sealed class StoreHealth(Store store, TimeProvider clock) : IHealthCheck
{
    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _asked;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_asked is null or { IsCompleted: true })
                _asked = AskAsync();
            return _asked.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        try
        {
            await store.ProbeAsync();
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            return HealthCheckResult.Unhealthy("the store cannot be read");
        }

        try
        {
            await store.ProbeWriteAsync(clock.GetUtcNow());
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            return HealthCheckResult.Unhealthy("the store cannot be written");
        }
    }
}
