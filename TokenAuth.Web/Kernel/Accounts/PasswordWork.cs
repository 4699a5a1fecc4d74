using System.Net;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Room for the slow work of hashing passwords: about half the processor at most, and a fair queue with an end, so that a flood of
/// sign-ins neither starves token checks, nor grows memory, nor keeps people elsewhere from signing in.
/// </summary>
internal sealed class PasswordWork
{
    private readonly FairQueue _queue = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for room, which is free again when the turn is disposed of. Null where too many are waiting already.</summary>
    /// <param name="from">Null for the operator's own commands.</param>
    /// <param name="login">
    /// Whose password it is, in any case. One name has one turn at a time, so that each guess is counted before the next is made.
    /// </param>
    public Task<IDisposable?> WaitAsync(IPAddress? from, string? login, Urgency urgency, CancellationToken cancellation) =>
        _queue.EnterAsync(from, login?.ToUpperInvariant(), urgency, cancellation);
}
