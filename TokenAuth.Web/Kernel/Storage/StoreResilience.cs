using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Handles failures of the store. An attempt that left nothing behind is retried. While the store does nothing but
/// fail, a circuit breaker refuses calls immediately.
/// </summary>
internal static class StoreResilience
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    /// <summary>Builds the pipeline for an engine behind a network.</summary>
    /// <param name="breaker">Learns the state of the circuit breaker.</param>
    /// <param name="isObserved">Whether Polly reports retries, timeouts and breaks as metrics.</param>
    /// <param name="timeout">The time limit for all attempts together.</param>
    /// <param name="isOutOfReach">
    /// Tells whether a failure means that the server cannot be reached, and not only that it refused this call.
    /// </param>
    /// <param name="isRepeatable">
    /// Tells whether a retry may succeed. The failed attempt was rolled back, or its outcome can be looked up.
    /// </param>
    public static ResiliencePipeline Remote(
        CircuitBreakerStateProvider breaker, bool isObserved, TimeSpan timeout, Func<Exception, bool> isOutOfReach,
        Func<Exception, bool> isRepeatable) =>
        Builder(isObserved)
            .AddTimeout(timeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is { } failure and not BrokenCircuitException && isRepeatable(failure)),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(40),
                MaxRetryAttempts = 5,
            })
            .AddCircuitBreaker(Breaker(breaker, isOutOfReach))
            .Build();

    /// <summary>Builds the pipeline for an engine in this process.</summary>
    public static ResiliencePipeline Local(
        CircuitBreakerStateProvider breaker, bool isObserved, Func<Exception, bool> isOutOfReach) =>
        Builder(isObserved)
            .AddCircuitBreaker(Breaker(breaker, isOutOfReach))
            .Build();

    /// <summary>Checks whether the pipeline itself refused the call: the circuit breaker or the timeout.</summary>
    public static bool Refuses(Exception failure) => failure is BrokenCircuitException or TimeoutRejectedException;

    /// <summary>
    /// Begins a pipeline. Polly's telemetry costs time even if nobody reads it. It gets no logger, because
    /// <see cref="FailureLog"/> limits the lines about a failing store.
    /// </summary>
    private static ResiliencePipelineBuilder Builder(bool isObserved)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = SteadyTime.Instance, Name = "store" };
        return isObserved ? builder.ConfigureTelemetry(NullLoggerFactory.Instance) : builder;
    }

    private static CircuitBreakerStrategyOptions Breaker(
        CircuitBreakerStateProvider state, Func<Exception, bool> isOutOfReach) => new()
        {
            StateProvider = state,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } failure && isOutOfReach(failure)),
            FailureRatio = 0.5,
            MinimumThroughput = 8,
            SamplingDuration = TimeSpan.FromSeconds(5),
            BreakDuration = Break,
        };

    /// <summary>
    /// A clock that is never set back. Polly uses the time of day: after the clock was set back, a break would last too
    /// long.
    /// </summary>
    private sealed class SteadyTime : TimeProvider
    {
        public static readonly SteadyTime Instance = new();

        private readonly DateTimeOffset _started = System.GetUtcNow();
        private readonly long _timestamp = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _started + GetElapsedTime(_timestamp);
    }
}
