using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>What a program has proved itself with.</summary>
/// <param name="KeyId">The account's API key; null: the password.</param>
internal readonly record struct ProgramProof(long? KeyId);

/// <summary>Signs a program in that sends a person's name with a password or, in its place, an API key (or the MD5 of one).</summary>
internal sealed class ProgramSignIn(AccountKeys keys, PasswordCheck passwords, Throttle throttle)
{
    /// <summary>
    /// Succeeds where the secret is right, whatever the account's state. A key costs no slow hash, but is throttled as passwords are.
    /// </summary>
    public async Task<Outcome<ProgramProof>> CheckAsync(FoundAccount account, string secret, IPAddress address, CancellationToken cancellation)
    {
        if (await throttle.BlockedUntilAsync(account.Login, address, cancellation) is not null)
            return FaultKind.SignInThrottled;
        if (await keys.FindAsync(account.Id, secret, cancellation) is { } key)
            return new ProgramProof(key);
        var check = await passwords.CheckAsync(account.Login, secret, address, cancellation);
        return check.Succeeded(out _, out var fault) || fault.Kind == FaultKind.AccountClosed ? new ProgramProof(KeyId: null) : fault;
    }

    /// <summary>
    /// The same work for a name that no account has, where a dialect has always told that. <see cref="FaultKind.Busy"/> where there
    /// was no room for it.
    /// </summary>
    public async Task<Fault?> PretendAsync(string login, string secret, IPAddress address, CancellationToken cancellation)
    {
        var check = await passwords.CheckAsync(login, secret, address, cancellation);
        return !check.Succeeded(out _, out var fault) && fault.Kind == FaultKind.Busy ? fault : null;
    }
}
