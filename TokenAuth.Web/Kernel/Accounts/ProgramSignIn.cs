using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>What a program has proved itself with.</summary>
/// <param name="KeyId">The account's API key; null: the password.</param>
/// <param name="SessionId">The earlier session whose text it presented, if it did.</param>
/// <param name="IsBound">Whether that session is good from one address only.</param>
internal sealed record ProgramProof(long? KeyId, long? SessionId = null, bool IsBound = false);

/// <summary>Signs a program in that sends a person's name with a password or, in its place, an API key (or the MD5 of one).</summary>
internal sealed class ProgramSignIn(
    AccountKeys keys, PasswordCheck passwords, PasswordWork work, Throttle throttle, SecurityLog events)
{
    /// <summary>
    /// Succeeds where the secret is right, whatever the account's state. A key is right even while others fail: it costs no slow
    /// hash, and guessing one of 190 bits is hopeless.
    /// </summary>
    public async Task<Outcome<ProgramProof>> CheckAsync(FoundAccount account, string secret, SignInCaller caller, CancellationToken cancellation)
    {
        if (await keys.FindAsync(account.Id, secret, cancellation) is { } key)
            return new ProgramProof(key);
        var check = await passwords.CheckAsync(account.Login, secret, caller, cancellation, inAnyState: true);
        return check.Succeeded(out _, out var fault) ? new ProgramProof(KeyId: null) : fault;
    }

    /// <summary>
    /// The same work for a name that no account has, where a dialect has always told that. <see cref="FaultKind.Busy"/> where there
    /// was no room for it, and <see cref="FaultKind.AddressThrottled"/> where its network tries too many names.
    /// </summary>
    public async Task<Fault?> PretendAsync(string login, string secret, SignInCaller caller, CancellationToken cancellation)
    {
        var check = await passwords.CheckAsync(login, secret, caller, cancellation);
        return !check.Succeeded(out _, out var fault) && fault.Kind is FaultKind.Busy or FaultKind.AddressThrottled ? fault : null;
    }

    /// <summary>
    /// The same for a sign-in without a password: the name is counted, no slow hash is computed.
    /// <see cref="FaultKind.AddressThrottled"/> where its network tries too many names, <see cref="FaultKind.Busy"/> where many wait.
    /// </summary>
    public async Task<Fault?> PretendAsync(string login, SignInCaller caller, CancellationToken cancellation)
    {
        // A turn, though there is nothing to hash: of a crowd at once each is counted before the next one is judged.
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
    /// What is answered to a wrong key, or a wrong response computed from one: <see cref="FaultKind.CredentialsWrong"/>, which is
    /// counted; or the throttle's fault, while the caller has failed too often.
    /// </summary>
    /// <param name="uncounted">What is answered otherwise, where that is no failure of the key.</param>
    public async Task<Fault> RefuseKeyAsync(
        FoundAccount account, SignInCaller caller, CancellationToken cancellation, Fault? uncounted = null)
    {
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
