using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Who calls: clear (a password or an API key, or the MD5 of a key), challenge (API keys only), or the cookie of an earlier session.
/// Passwords are kept as slow hashes, of which nothing old clients send can be computed; see docs/dialects/dreamwidth.md.
/// </summary>
internal sealed class DreamwidthSignIn(
    AccountDirectory accounts, AccountKeys keys, ProgramSignIn programs, Challenges challenges, SessionCookie cookie,
    SecurityLog events)
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
            var refused = method != "clear" ? null
                : await programs.PretendAsync(login, request["password"] ?? "", request.Caller, cancellation);
            return refused ?? FaultKind.AccountUnknown;
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
        if (account.State == AccountState.Active || request.Mode == DreamwidthMethods.Expire)
            return account;
        events.Add(request.Caller.Failed(account.Id, account.StateName));
        return Closed(account);
    }

    private static Fault Closed(FoundAccount account) => new(FaultKind.AccountClosed, account.State.ToString());

    /// <summary>A password that is there, even an empty one, comes before hpassword.</summary>
    private async Task<Fault?> ClearAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        if (request["password"] is { } password)
            return await programs.CheckAsync(account, password, request.Caller, cancellation);
        if (await keys.MatchesAsync(account.Id, request["hpassword"] ?? "", cancellation))
            return null;
        var refusal = await programs.RefuseKeyAsync(account, request.Caller, cancellation);
        return refusal.Kind != FaultKind.CredentialsWrong || request["hpassword"] is null
            || (await keys.ReadAsync(account.Id, cancellation)).Count > 0 ? refusal : NeedsKey(request.Call);
    }

    /// <summary>Only a wrong response to a live challenge counts as a failure.</summary>
    private async Task<Fault?> ChallengeAsync(DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        var own = await keys.ReadAsync(account.Id, cancellation);
        if (own.Count == 0)
            return NeedsKey(request.Call);
        var challenge = request["auth_challenge"] ?? "";
        var refused = await challenges.UseAsync(challenge, cancellation);
        string Respond(string md5) => Signature.Md5Hex(challenge + md5);
        if (refused is null && await keys.RespondsAsync(own, request["auth_response"] ?? "", Respond, cancellation))
            return null;
        return await programs.RefuseKeyAsync(account, request.Caller, cancellation, uncounted: refused);
    }

    /// <summary>The header keeps other sites' pages from doing it; the name must be spelled as the cookie's.</summary>
    private async Task<bool> CookieAsync(DreamwidthRequest request, string login, CancellationToken cancellation) =>
        request.Call.Header("X-LJ-Auth") == "cookie"
        && await cookie.FindAsync(request.Call.Request, request.Call.Address, cancellation) is { } session
        && session.Login.Equals(login, StringComparison.OrdinalIgnoreCase) && request["username"] == login;

    private static Fault NeedsKey(Call call) =>
        new(FaultKind.CredentialsWrong, $"this way of signing in needs an API key instead of the password, see {call.Origin}/account/keys");
}
