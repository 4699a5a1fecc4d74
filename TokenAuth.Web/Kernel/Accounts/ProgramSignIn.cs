using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Signs a program in that sends a person's name with a password or, in its place, an API key (or the MD5 of one).</summary>
internal sealed class ProgramSignIn(AccountKeys keys, PasswordCheck passwords, Throttle throttle)
{
    /// <summary>
    /// Null where the secret is right, whatever the account's state. A key costs no slow hash, but is throttled as passwords are.
    /// </summary>
    public async Task<Fault?> CheckAsync(FoundAccount account, string secret, IPAddress address, CancellationToken cancellation)
    {
        if (await throttle.BlockedUntilAsync(account.Login, address, cancellation) is not null)
            return FaultKind.SignInThrottled;
        if (await keys.MatchesAsync(account.Id, secret, cancellation))
            return null;
        var check = await passwords.CheckAsync(account.Login, secret, address, cancellation);
        return check.Succeeded(out _, out var fault) || fault.Kind == FaultKind.AccountClosed ? null : fault;
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
