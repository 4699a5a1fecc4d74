using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Checks a login name and a password, for every dialect and the login page alike: throttled, rehashed where the
/// hash is of an older make, and with the same work for a name that no account has.
/// </summary>
internal sealed class PasswordCheck(
    AccountDirectory accounts, Throttle throttle, PasswordWork work, SecurityLog events, IPasswordHasher<Account> hasher, Metrics telemetry)
{
    private static readonly Account Nobody = new();

    /// <summary>Who is refused because too many wait already may try again at once.</summary>
    private static readonly Fault Busy = new(FaultKind.Busy, RetryAfter: TimeSpan.FromSeconds(1));

    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, RandomToken.Hex(32)));

    /// <summary>
    /// The account, or <see cref="FaultKind.CredentialsWrong"/>, <see cref="FaultKind.SignInThrottled"/>,
    /// <see cref="FaultKind.AddressThrottled"/>, <see cref="FaultKind.Busy"/>, or <see cref="FaultKind.AccountClosed"/> once the
    /// password is known to be right.
    /// </summary>
    /// <param name="typed">The login name; both spellings of an underscore share one budget of attempts.</param>
    /// <param name="inAnyState">Whether the caller itself looks at the account's state, and at once.</param>
    public async Task<Outcome<FoundAccount>> CheckAsync(
        string typed, string password, SignInCaller caller, CancellationToken cancellation, bool inAnyState = false)
    {
        var login = Account.LoginOf(typed);
        var account = Account.IsLogin(login) ? await accounts.FindAsync(login, cancellation) : null;
        login = account?.Login ?? login;
        var standing = await throttle.EvaluateAsync(login, account?.Id, caller, cancellation, account?.Stamp);
        if (standing.Refusal is not null)
            return Throttled(account, caller, standing);

        var urgency = account is null ? Urgency.Nameless : standing.Urgency;
        using var turn = await work.WaitAsync(caller.Address, login, urgency, cancellation);
        if (turn is null)
            return Counted(Busy);

        // Asked once more, so that a crowd of guesses that waited here is stopped by the first of them.
        standing = await throttle.EvaluateAsync(login, account?.Id, caller, cancellation, account?.Stamp);
        if (standing.Refusal is not null)
            return Throttled(account, caller, standing);

        var hash = account is null ? null : await accounts.PasswordHashAsync(account.Id, cancellation);
        var verdict = hasher.VerifyHashedPassword(Nobody, hash ?? _nobodysHash.Value, password);
        if (account is null || hash is null || verdict == PasswordVerificationResult.Failed)
        {
            events.Add(caller.Failed(account?.Id, "password"));
            await throttle.FailedAsync(standing);
            return Counted(FaultKind.CredentialsWrong);
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.RehashAsync(account.Id, hash, hasher.HashPassword(Nobody, password), cancellation);
        await throttle.SucceededAsync(standing);
        if (account.State != AccountState.Active && !inAnyState)
        {
            events.Add(caller.Failed(account.Id, account.StateName));
            return Counted(new Fault(FaultKind.AccountClosed, account.State.ToString()));
        }

        telemetry.SignIn("right");
        return account;
    }

    private Fault Throttled(FoundAccount? account, SignInCaller caller, SignInStanding standing)
    {
        events.Add(caller.Throttled(account?.Id, standing));
        return Counted(standing.Refusal!.Value);
    }

    private Fault Counted(Fault fault)
    {
        telemetry.SignIn(fault.Kind.ToString());
        return fault;
    }
}
