using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Ready says what is wrong with the store. It is asked by strangers as well, so it says no more than that, and however many
/// ask, the store is asked once in a second.
/// </summary>
internal sealed partial class StoreHealth(Store store, TimeProvider clock, ILogger<StoreHealth> logger) : IHealthCheck
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>Beyond it tokens end too early here and too late elsewhere.</summary>
    private static readonly TimeSpan LargestDrift = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _asked;
    private long _askedAt;
    private string? _trouble;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_asked is null || (_asked.IsCompleted && TimeProvider.System.GetElapsedTime(_askedAt) >= Freshness))
                (_asked, _askedAt) = (AskAndTellAsync(), TimeProvider.System.GetTimestamp());
            return _asked.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The log tells of changes only, however often this is asked.</summary>
    private async Task<HealthCheckResult> AskAndTellAsync()
    {
        var result = await AskAsync();
        if (result.Description != _trouble && result.Description is { } trouble)
            LogTrouble(trouble);
        else if (result.Description != _trouble)
            LogReady();
        _trouble = result.Description;
        return result;
    }

    private async Task<HealthCheckResult> AskAsync()
    {
        try
        {
            await store.ProbeAsync();
            if (await store.ClockAsync() is { } there && (there - clock.GetUtcNow()).Duration() > LargestDrift)
                return HealthCheckResult.Unhealthy("this node's clock differs from the store's by more than a minute");
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

    [LoggerMessage(LogLevel.Error, "This node is not ready: {Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(LogLevel.Information, "This node is ready again")]
    private partial void LogReady();
}
