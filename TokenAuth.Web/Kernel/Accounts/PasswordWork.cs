using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Limits the slow work of hashing passwords to about half the processors, with a fair and bounded queue. A flood of
/// sign-ins can neither starve token checks, nor grow memory, nor keep other people from signing in.
/// </summary>
internal sealed class PasswordWork
{
    /// <summary>The refusal if too many callers wait. The client may retry after a second.</summary>
    public static readonly Fault Busy = new(FaultKind.Busy, RetryAfter: TimeSpan.FromSeconds(1));

    private readonly FairQueue _queue = new(Math.Max(1, Environment.ProcessorCount / 2));

    public PasswordWork(Metrics telemetry) => telemetry.ObserveQueue("passwords", () => _queue.Waiting);

    /// <summary>Waits for a turn, which ends when it is disposed. Returns null if too many callers wait.</summary>
    /// <param name="from">The caller's address; null for the operator's commands.</param>
    /// <param name="login">
    /// The login name, in any case. One name has one turn at a time, so that each guess is counted before the next one
    /// is made.
    /// </param>
    public Task<IDisposable?> WaitAsync(
        IPAddress? from, string? login, Urgency urgency, CancellationToken cancellation) =>
        _queue.EnterAsync(from, login?.ToUpperInvariant(), urgency, cancellation);
}
