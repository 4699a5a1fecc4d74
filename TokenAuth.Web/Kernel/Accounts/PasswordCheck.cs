using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Checks a login name and a password, for every dialect and the login page alike: throttled, rehashed where the
/// hash is of an older make, and with the same work for a name that no account has.
/// </summary>
internal sealed class PasswordCheck(
    AccountDirectory accounts, Throttle throttle, PasswordWork work, IPasswordHasher<Account> hasher, Telemetry telemetry)
{
    private static readonly Account Nobody = new();

    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, Tokens.TokenText.Hex(32)));

    /// <summary>
    /// The account, or <see cref="FaultKind.CredentialsWrong"/>, <see cref="FaultKind.SignInThrottled"/>,
    /// <see cref="FaultKind.Busy"/>, or <see cref="FaultKind.AccountClosed"/> once the password is known to be right.
    /// </summary>
    /// <param name="typed">The login name; both spellings of an underscore share one budget of attempts.</param>
    public async Task<Outcome<FoundAccount>> CheckAsync(
        string typed, string password, IPAddress address, CancellationToken cancellation)
    {
        var login = Account.LoginOf(typed);
        using var turn = await work.WaitAsync(cancellation);
        if (!turn.IsAcquired)
            return Counted(FaultKind.Busy);

        // Asked only now, so that a crowd of guesses that waits here is stopped by the first of them.
        if (await throttle.BlockedUntilAsync(login, address, cancellation) is not null)
            return Counted(FaultKind.SignInThrottled);

        var account = Account.IsLogin(login) ? await accounts.FindAsync(login, cancellation) : null;
        var hash = account is null ? null : await accounts.PasswordHashAsync(account.Id, cancellation);
        var verdict = hasher.VerifyHashedPassword(Nobody, hash ?? _nobodysHash.Value, password);
        if (account is null || hash is null || verdict == PasswordVerificationResult.Failed)
        {
            await throttle.FailedAsync(login, address, cancellation);
            return Counted(FaultKind.CredentialsWrong);
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.RehashAsync(account.Id, hash, hasher.HashPassword(Nobody, password), cancellation);
        await throttle.SucceededAsync(login, address, cancellation);
        if (account.State != AccountState.Active)
            return new Fault(Counted(FaultKind.AccountClosed), account.State.ToString());
        telemetry.SignIn("right");
        return account;
    }

    private FaultKind Counted(FaultKind fault)
    {
        telemetry.SignIn(fault.ToString());
        return fault;
    }
}

/// <summary>
/// Room for the slow work of hashing passwords: about half the processor at most, and a queue with an end, so that a
/// flood of sign-ins neither starves token checks nor grows memory.
/// </summary>
internal sealed class PasswordWork : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
        QueueLimit = 64,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public ValueTask<RateLimitLease> WaitAsync(CancellationToken cancellation) => _limiter.AcquireAsync(1, cancellation);

    public void Dispose() => _limiter.Dispose();
}
