using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// What is done about failures of the store: an attempt that left nothing behind is repeated a few times, and while nothing
/// but failures come back, calls are refused at once instead of waiting for one more (a circuit breaker).
/// </summary>
internal static class StoreResilience
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    /// <summary>For an engine behind a network.</summary>
    /// <param name="patience">How long all attempts together may take.</param>
    /// <param name="isOutOfReach">Whether a failure says that nobody answers, and not only that this call was refused.</param>
    /// <param name="isRepeatable">Whether the same call may succeed a moment later; what it did is undone, or known.</param>
    public static ResiliencePipeline Remote(TimeSpan patience, Func<Exception, bool> isOutOfReach, Func<Exception, bool> isRepeatable) =>
        new ResiliencePipelineBuilder { TimeProvider = SteadyTime.Instance }
            .AddTimeout(patience)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } failure and not BrokenCircuitException && isRepeatable(failure)),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(40),
                MaxRetryAttempts = 5,
            })
            .AddCircuitBreaker(Breaker(isOutOfReach))
            .Build();

    /// <summary>For an engine in this process.</summary>
    public static ResiliencePipeline Local(Func<Exception, bool> isOutOfReach) =>
        new ResiliencePipelineBuilder { TimeProvider = SteadyTime.Instance }.AddCircuitBreaker(Breaker(isOutOfReach)).Build();

    /// <summary>Whether it is the pipeline that refuses.</summary>
    public static bool Refuses(Exception failure) => failure is BrokenCircuitException or TimeoutRejectedException;

    private static CircuitBreakerStrategyOptions Breaker(Func<Exception, bool> isOutOfReach) => new()
    {
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } failure && isOutOfReach(failure)),
        FailureRatio = 0.5,
        MinimumThroughput = 8,
        SamplingDuration = TimeSpan.FromSeconds(5),
        BreakDuration = Break,
    };

    /// <summary>Polly reckons with the time of day, which can be set back: then a break would last until it is later once more.</summary>
    private sealed class SteadyTime : TimeProvider
    {
        public static readonly SteadyTime Instance = new();

        private readonly DateTimeOffset _started = System.GetUtcNow();
        private readonly long _timestamp = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _started + GetElapsedTime(_timestamp);
    }
}
