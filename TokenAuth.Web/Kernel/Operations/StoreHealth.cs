using Microsoft.Extensions.Diagnostics.HealthChecks;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Checks for <c>/health/ready</c> whether the store can be read and written. Strangers can request it. So its answer
/// has no details, and the store is probed at most once a second.
/// </summary>
internal sealed partial class StoreHealth(Store store, TimeProvider clock, ILogger<StoreHealth> logger) : IHealthCheck
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum difference of clocks. Beyond it, tokens expire too early or too late on this node.
    /// </summary>
    private static readonly TimeSpan MaxDrift = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a probe may take. A disk that hangs keeps the write waiting, and no answer at all would say nothing.
    /// </summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _probe;
    private long _probedAt;
    private string? _trouble;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_probe is null || (_probe.IsCompleted && TimeProvider.System.GetElapsedTime(_probedAt) >= MaxAge))
                (_probe, _probedAt) = (ProbeAndLogAsync(), TimeProvider.System.GetTimestamp());
            return _probe.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Probes the store, and logs the result only if it has changed.</summary>
    private async Task<HealthCheckResult> ProbeAndLogAsync()
    {
        var result = await ProbeAsync();
        if (result.Description != _trouble && result.Description is { } trouble)
            LogTrouble(trouble);
        else if (result.Description != _trouble)
            LogReady();
        _trouble = result.Description;
        return result;
    }

    private async Task<HealthCheckResult> ProbeAsync()
    {
        try
        {
            await store.ProbeAsync().WaitAsync(MaxWait, clock);
            if (await store.ClockAsync() is { } there && (there - clock.GetUtcNow()).Duration() > MaxDrift)
                return HealthCheckResult.Unhealthy("this node's clock differs from the store's by more than a minute");
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            return HealthCheckResult.Unhealthy("the store cannot be read");
        }

        try
        {
            await store.ProbeWriteAsync(clock.GetUtcNow()).WaitAsync(MaxWait, clock);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            return HealthCheckResult.Unhealthy("the store cannot be written");
        }
    }

    private static bool IsTrouble(Exception failure) =>
        failure is TimeoutException || StoreUnavailableException.IsBehind(failure);

    [LoggerMessage(LogLevel.Error, "This node is not ready: {Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(LogLevel.Information, "This node is ready again")]
    private partial void LogReady();
}
