using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.PeopleAggregator;

/// <summary>Runs the methods, after their arguments have been read. Each returns the answer's members.</summary>
internal sealed class PeopleAggregatorMethods(
    AccountDirectory accounts, ProgramSignIn programs, AuthTokens tokens, SessionStore sessions,
    ServerUrl url, PasswordTransport transport)
{
    public async ValueTask<Outcome<Value.Record>> LoginAsync(
        string login, string password, Call call, CancellationToken cancellation)
    {
        if (transport.Check(call) is { } refused)
            return refused;
        if (login.Length == 0)
            return new Fault(FaultKind.ParameterMissing, "login");
        var caller = new SignInCaller(call.Address, PeopleAggregatorFeature.Dialect);
        if (await programs.TryKeyAsync(Account.LoginOf(login.TrimEnd()), password, cancellation) is not { } signedIn)
        {
            if (await FindAsync(login, cancellation) is not { } account)
                return await programs.PretendAsync(login, password, caller, cancellation) ?? FaultKind.AccountUnknown;
            var check = await programs.CheckAsync(account, password, caller, cancellation);
            if (!check.Succeeded(out var proof, out var fault))
                return fault;
            signedIn = (account, proof);
        }

        var issue = await tokens.IssueAsync(signedIn.Account, signedIn.Proof, call.Address, cancellation);
        return issue.Succeeded(out var token, out var refusal)
            ? new Value.Record(("authToken", token.Text), ("tokenLifetime", token.Lifetime))
            : refusal;
    }

    public async ValueTask<Outcome<Value.Record>> CheckTokenAsync(string text, CancellationToken cancellation)
    {
        var check = await tokens.CheckAsync(text, cancellation);
        return check.Succeeded(out var good, out var fault)
            ? new Value.Record(("login", good.Session.Login), ("tokenLifetime", good.Left))
            : fault;
    }

    // docs/dialects/peopleaggregator.md, "What differs from the original, and why": logout ends the token.
    public async ValueTask<Outcome<Value.Record>> LogoutAsync(string text, Call call, CancellationToken cancellation)
    {
        var check = await tokens.CheckAsync(text, cancellation);
        if (!check.Succeeded(out var good, out var fault))
            return fault;
        await sessions.EndAsync(good.Session.Id, good.Session.AccountId, call.Address, cancellation);
        return new Value.Record();
    }

    public async ValueTask<Outcome<Value.Record>> ProfileAsync(string login, Call call, CancellationToken cancellation)
    {
        if (login.Length == 0)
            return new Fault(FaultKind.ParameterMissing, "login");
        if (await FindAsync(login, cancellation) is not { } account)
            return FaultKind.AccountUnknown;
        return new Value.Record(
            ("login", account.Login),
            ("name", account.DisplayName),
            ("id", account.Id.ToString()),
            ("url", url.Absolute(call.Request, "/account")),
            ("profile", new Value.Record()));
    }

    /// <summary>Finds an active account by its login name.</summary>
    private async ValueTask<FoundAccount?> FindAsync(string login, CancellationToken cancellation) =>
        Account.LoginOf(login.TrimEnd()) is var name && Account.IsLogin(name)
        && await accounts.FindAsync(name, cancellation) is { State: AccountState.Active } account
            ? account
            : null;
}
