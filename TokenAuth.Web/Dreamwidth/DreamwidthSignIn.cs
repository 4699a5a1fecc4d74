using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// The signed-in account and its proof. A session passes its API key and its address binding
/// on to sessions that are opened with it.
/// </summary>
internal readonly record struct DreamwidthCaller(FoundAccount Account, ProgramProof Proof);

/// <summary>
/// Signs callers in: clear (a password or an API key, or the MD5 of a key), challenge (API keys only), or cookie (an
/// earlier session). Passwords are stored as slow hashes, so a hash that an old client computed from one cannot be
/// checked. Source: docs/dialects/dreamwidth.md, "What to sign in with".
/// </summary>
internal sealed class DreamwidthSignIn(
    AccountDirectory accounts, AccountKeys keys, ProgramSignIn programs, Challenges challenges, SessionCookie cookie,
    SecurityLog events, ServerUrl url, PasswordTransport transport)
{
    public async Task<Outcome<DreamwidthCaller>> CheckAsync(DreamwidthRequest request, CancellationToken cancellation)
    {
        if (!request.IsTrue("username"))
            return FaultKind.ParameterMissing;
        if (request.Login is not { } login)
            return FaultKind.AccountUnknown;
        var method = request["auth_method"] is { Length: > 0 } named ? named : "clear";
        if (method == "clear" && transport.Check(request.Call) is { } insecure)
            return insecure;
        if (method == "clear"
            && await programs.TryKeyAsync(login, request["password"] ?? "", cancellation) is { } signedIn)
        {
            return new DreamwidthCaller(signedIn.Account, signedIn.Proof);
        }

        if (await accounts.FindAsync(login, cancellation) is not { State: not AccountState.Deleted } account)
        {
            // Does the same work as for an existing account.
            var refusal = method == "clear"
                ? await programs.PretendAsync(login, request["password"] ?? "", request.Caller, cancellation)
                : await programs.PretendAsync(login, request.Caller, cancellation);
            return refusal ?? FaultKind.AccountUnknown;
        }

        if (account.State == AccountState.Memorial)
            return await programs.RefuseKeyAsync(account, request.Caller, cancellation, uncounted: Closed(account));
        var check = method switch
        {
            "clear" => await ClearAsync(request, account, cancellation),
            "challenge" => await ChallengeAsync(request, account, cancellation),
            "cookie" when await CookieAsync(request, login, cancellation) is { } proven => proven,
            _ => await programs.RefuseKeyAsync(
                account, request.Caller, cancellation, uncounted: FaultKind.CredentialsWrong),
        };
        if (!check.Succeeded(out var proof, out var fault))
            return fault;
        if (account.State == AccountState.Active || request.Mode == DreamwidthMethods.Expire)
            return new DreamwidthCaller(account, proof);
        events.Add(request.Caller.Failed(account.Id, account.StateName));
        return Closed(account);
    }

    private static Fault Closed(FoundAccount account) => new(FaultKind.AccountClosed, account.State.ToString());

    /// <summary>
    /// Checks <c>password</c>, or <c>hpassword</c> if the password is empty: some clients send both.
    /// </summary>
    private async Task<Outcome<ProgramProof>> ClearAsync(
        DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        if (request["password"] is { Length: > 0 } password)
            return await programs.CheckAsync(account, password, request.Caller, cancellation);
        if (await keys.FindAsync(account.Id, request["hpassword"] ?? "", cancellation) is { } key)
            return new ProgramProof(key);
        var refusal = await programs.RefuseKeyAsync(account, request.Caller, cancellation);
        return request["hpassword"] is null ? refusal : WithHint(refusal, request.Call);
    }

    /// <summary>
    /// Checks the response to a challenge. Only a wrong response to a valid challenge counts as a failed sign-in.
    /// </summary>
    private async Task<Outcome<ProgramProof>> ChallengeAsync(
        DreamwidthRequest request, FoundAccount account, CancellationToken cancellation)
    {
        var own = await keys.ReadAsync(account.Id, cancellation);
        if (own.Count == 0)
        {
            return await programs.RefuseKeyAsync(
                account, request.Caller, cancellation, uncounted: NeedsKey(request.Call));
        }

        var challenge = request["auth_challenge"] ?? "";
        var refused = await challenges.UseAsync(challenge, cancellation);
        if (refused is null
            && await keys.FindByResponseAsync(
                own,
                request["auth_response"] ?? "",
                md5 => Signature.Md5Hex(challenge + md5),
                cancellation) is { } key)
        {
            return new ProgramProof(key);
        }

        return WithHint(
            await programs.RefuseKeyAsync(account, request.Caller, cancellation, uncounted: refused), request.Call);
    }

    // docs/dialects/dreamwidth.md, "What to sign in with".
    /// <summary>
    /// Checks the cookie of an earlier session. The header <c>X-LJ-Auth</c> protects from requests of other sites'
    /// pages. The user name must be in the cookie's spelling.
    /// </summary>
    private async Task<ProgramProof?> CookieAsync(
        DreamwidthRequest request, string login, CancellationToken cancellation) =>
        request.Call.Header("X-LJ-Auth") == "cookie"
        && await cookie.FindAsync(request.Call.Request, request.Call.Address, cancellation) is { } session
        && session.Login.Equals(login, StringComparison.OrdinalIgnoreCase)
        && request["username"] == login
            ? new ProgramProof(session.AccountKeyId, session.Id, session.BoundTo is not null)
            : null;

    /// <summary>
    /// Adds the page where a key is created, whether or not the account has a key (docs/dialects/dreamwidth.md, "What
    /// differs from the original, and why"): the person may have typed the password where the key belongs, and the
    /// answer must not reveal which accounts have keys.
    /// </summary>
    private Fault WithHint(Fault refusal, Call call) =>
        refusal.Kind == FaultKind.CredentialsWrong ? NeedsKey(call) : refusal;

    private Fault NeedsKey(Call call) => new(
        FaultKind.CredentialsWrong,
        "this way of signing in needs an API key instead of the password, see "
            + url.Absolute(call.Request, "/account/keys"));
}
