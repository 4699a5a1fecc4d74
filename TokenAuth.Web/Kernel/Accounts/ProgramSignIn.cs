using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The proof with which a program signed in.</summary>
/// <param name="KeyId">The account's API key; null if the proof is the password or a session.</param>
/// <param name="SessionId">The earlier session whose text it presented, if any.</param>
/// <param name="IsBound">Tells whether that session is valid from one address only.</param>
internal sealed record ProgramProof(long? KeyId, long? SessionId = null, bool IsBound = false);

/// <summary>
/// Signs in a program that sends a login name with a password or, instead, an API key (or the MD5 of one).
/// </summary>
internal sealed class ProgramSignIn(
    AccountKeys keys, PasswordCheck passwords, PasswordWork work, Throttle throttle, SecurityLog events)
{
    /// <summary>
    /// Checks the secret, whatever the account's state. A correct key always succeeds, even while other attempts are
    /// throttled: it costs no slow hash, and its 190 random bits cannot be guessed.
    /// </summary>
    public async Task<Outcome<ProgramProof>> CheckAsync(
        FoundAccount account, string secret, SignInCaller caller, CancellationToken cancellation)
    {
        if (await keys.FindAsync(account.Id, secret, cancellation) is { } key)
            return new ProgramProof(key);
        var check = await passwords.CheckAsync(account.Login, secret, caller, cancellation, inAnyState: true);
        return check.Succeeded(out _, out var fault) ? new ProgramProof(KeyId: null) : fault;
    }

    /// <summary>
    /// Does the same work for a name that no account has, for dialects that always report such a name. Returns
    /// <see cref="FaultKind.Busy"/> if the queue refuses the caller, <see cref="FaultKind.AddressThrottled"/> if its
    /// network tries too many names, and null otherwise.
    /// </summary>
    public async Task<Fault?> PretendAsync(
        string login, string secret, SignInCaller caller, CancellationToken cancellation)
    {
        var check = await passwords.CheckAsync(login, secret, caller, cancellation);
        return !check.Succeeded(out _, out var fault) && fault.Kind is FaultKind.Busy or FaultKind.AddressThrottled
            ? fault
            : null;
    }

    /// <summary>
    /// Does the same for a sign-in without a password: counts the name, and computes no slow hash. Returns
    /// <see cref="FaultKind.AddressThrottled"/> if its network tries too many names, <see cref="FaultKind.Busy"/> if
    /// the queue refuses the caller, and null otherwise.
    /// </summary>
    public async Task<Fault?> PretendAsync(string login, SignInCaller caller, CancellationToken cancellation)
    {
        // Take a turn, although there is nothing to hash: of concurrent attempts, each is counted before the next one
        // is evaluated.
        using var turn = await work.WaitAsync(caller.Address, login, Urgency.Nameless, cancellation);
        if (turn is null)
            return new Fault(FaultKind.Busy, RetryAfter: TimeSpan.FromSeconds(1));
        var standing = await throttle.EvaluateAsync(login, accountId: null, caller, cancellation);
        if (standing.Refusal is not null)
        {
            events.Add(caller.Throttled(accountId: null, standing));
            return standing.Refusal is { Kind: FaultKind.AddressThrottled } throttled ? throttled : null;
        }

        events.Add(caller.Failed(accountId: null, "key"));
        await throttle.FailedAsync(standing);
        return null;
    }

    /// <summary>
    /// Returns the refusal of a wrong key, or of a wrong response computed from one:
    /// <see cref="FaultKind.CredentialsWrong"/>, which is counted, the throttle's fault, or
    /// <see cref="FaultKind.Busy"/> if the queue refuses the caller.
    /// </summary>
    /// <param name="uncounted">
    /// The fault to return, uncounted, unless the throttle refuses: the failure is not the key's.
    /// </param>
    public async Task<Fault> RefuseKeyAsync(
        FoundAccount account, SignInCaller caller, CancellationToken cancellation, Fault? uncounted = null)
    {
        // Take a turn for a failure that counts: of concurrent attempts, each is counted before the next one is
        // evaluated.
        using var turn = uncounted is null
            ? await work.WaitAsync(caller.Address, account.Login, Urgency.Suspect, cancellation)
            : null;
        if (uncounted is null && turn is null)
            return new Fault(FaultKind.Busy, RetryAfter: TimeSpan.FromSeconds(1));
        var standing = await throttle.EvaluateAsync(account.Login, account.Id, caller, cancellation, account.Stamp);
        if (standing.Refusal is { } throttled)
        {
            events.Add(caller.Throttled(account.Id, standing));
            return throttled;
        }

        if (uncounted is { } refused)
            return refused;
        events.Add(caller.Failed(account.Id, "key"));
        await throttle.FailedAsync(standing);
        return FaultKind.CredentialsWrong;
    }
}
