using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Who calls: clear (a password or an API key, or the MD5 of a key), challenge (API keys only), or the cookie of an earlier session.
/// Passwords are kept as slow hashes, of which nothing old clients send can be computed; see docs/dialects/dreamwidth.md.
/// </summary>
internal sealed class DreamwidthSignIn(
    AccountDirectory accounts, AccountKeys keys, ProgramSignIn programs, Throttle throttle, Challenges challenges, SessionCookie cookie)
{
    public async Task<Outcome<FoundAccount>> CheckAsync(DreamwidthRequest request, CancellationToken cancellation)
    {
        if (!request.IsTrue("username"))
            return FaultKind.ParameterMissing;
        if (request.Login is not { } login)
            return FaultKind.AccountUnknown;
        var method = request["auth_method"] is { Length: > 0 } named ? named : "clear";
        if (await accounts.FindAsync(login, cancellation) is not { State: not AccountState.Deleted } account)
        {
            // The same work as for somebody who is here.
            var busy = method == "clear" ? await programs.PretendAsync(login, request["password"] ?? "", request.Call.Address, cancellation) : null;
            return busy ?? FaultKind.AccountUnknown;
        }

        if (account.State == AccountState.Memorial)
            return Closed(account);
        var refusal = method switch
        {
            "clear" => await ClearAsync(request, account, cancellation),
            "challenge" => await ChallengeAsync(request, account, cancellation),
            "cookie" => await CookieAsync(request, login, cancellation) ? null : (Fault)FaultKind.CredentialsWrong,
            _ => FaultKind.CredentialsWrong,
        };
        if (refusal is { } fault)
            return fault;
        return account.State == AccountState.Active || request.Mode == DreamwidthMethods.Expire ? account : Closed(account);
    }

    private static Fault Closed(FoundAccount account) => new(FaultKind.AccountClosed, account.State.ToString());

    /// <summary>A password comes before hpassword; some clients send both and leave the password empty.</summary>
    private async Task<Fault?> ClearAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        var address = request.Call.Address;
        if (request["password"] is { Length: > 0 } password)
            return await programs.CheckAsync(account, password, address, cancellation);
        if (await throttle.BlockedUntilAsync(account.Login, address, cancellation) is not null)
            return FaultKind.SignInThrottled;
        if (await keys.MatchesAsync(account.Id, request["hpassword"] ?? "", cancellation))
            return null;
        await throttle.FailedAsync(account.Login, address, cancellation);
        return request["hpassword"] is null ? FaultKind.CredentialsWrong : NeedsKey(request.Call);
    }

    /// <summary>Only a wrong response to a live challenge counts as a failure.</summary>
    private async Task<Fault?> ChallengeAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        var own = await keys.ReadAsync(account.Id, cancellation);
        if (own.Count == 0)
            return NeedsKey(request.Call);
        var address = request.Call.Address;
        if (await throttle.BlockedUntilAsync(account.Login, address, cancellation) is not null)
            return FaultKind.SignInThrottled;
        var challenge = request["auth_challenge"] ?? "";
        if (await challenges.UseAsync(challenge, cancellation) is { } refused)
            return refused == FaultKind.CredentialsWrong ? NeedsKey(request.Call) : refused;
        if (await keys.RespondsAsync(own, request["auth_response"] ?? "", md5 => Signature.Md5Hex(challenge + md5), cancellation))
            return null;
        await throttle.FailedAsync(account.Login, address, cancellation);
        return NeedsKey(request.Call);
    }

    /// <summary>The header keeps other sites' pages from doing it; the name must be spelled as the cookie's.</summary>
    private async Task<bool> CookieAsync(DreamwidthRequest request, string login, CancellationToken cancellation) =>
        request.Call.Header("X-LJ-Auth") == "cookie"
        && await cookie.FindAsync(request.Call.Request, request.Call.Address, cancellation) is { } session
        && session.Login.Equals(login, StringComparison.OrdinalIgnoreCase) && request["username"] == login;

    /// <summary>
    /// The same answer whether the account has a key or not: who has one may have typed the password in its place, and
    /// nobody learns which accounts have one.
    /// </summary>
    private static Fault NeedsKey(Call call) =>
        new(FaultKind.CredentialsWrong, $"this way of signing in needs an API key instead of the password, see {call.Origin}/account/keys");
}
