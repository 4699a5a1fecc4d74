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
    /// Signs in with an API key of an active account, without a look-up of the name. If it returns null, the caller
    /// looks the account up and calls <see cref="CheckAsync"/>.
    /// </summary>
    public async ValueTask<(FoundAccount Account, ProgramProof Proof)?> TryKeyAsync(
        string login, string secret, CancellationToken cancellation) =>
        await keys.FindOwnerAsync(login, secret, cancellation) is { } key
            ? (key.Account, new ProgramProof(key.Id))
            : null;

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
        var refusal = await CountAsync(login, account: null, caller, cancellation);
        return refusal is { Kind: FaultKind.Busy or FaultKind.AddressThrottled } ? refusal : null;
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
        if (uncounted is not { } other)
            return await CountAsync(account.Login, account, caller, cancellation) ?? FaultKind.CredentialsWrong;
        var standing = await throttle.EvaluateAsync(account.Login, account.Id, caller, cancellation, account.Stamp);
        return Refused(account, caller, standing) ?? other;
    }

    /// <summary>
    /// Counts a failure that needed no slow hash. It takes a turn all the same: of concurrent attempts, each is counted
    /// before the next one is evaluated. Returns the fault of the queue or the throttle, and null if it was counted.
    /// </summary>
    private async Task<Fault?> CountAsync(
        string login, FoundAccount? account, SignInCaller caller, CancellationToken cancellation)
    {
        var urgency = account is null ? Urgency.Nameless : Urgency.Suspect;
        using var turn = await work.WaitAsync(caller.Address, login, urgency, cancellation);
        if (turn is null)
            return PasswordWork.Busy;
        var standing = await throttle.EvaluateAsync(login, account?.Id, caller, cancellation, account?.Stamp);
        if (Refused(account, caller, standing) is { } refused)
            return refused;
        events.Add(caller.Failed(account?.Id, "key"));
        await throttle.FailedAsync(standing);
        return null;
    }

    /// <summary>Returns the throttle's refusal, if there is one, and records it.</summary>
    private Fault? Refused(FoundAccount? account, SignInCaller caller, SignInStanding standing)
    {
        if (standing.Refusal is not null)
            events.Add(caller.Throttled(account?.Id, standing));
        return standing.Refusal;
    }
}
