using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Checks a login name and password, for every dialect and the login page. It throttles, rehashes outdated hashes, and
/// does the same work for a name that no account has.
/// </summary>
/// <remarks>
/// If the account has a second factor, its password signs no program in: programs cannot ask for the second factor. A
/// program's correct password is then refused and counted like a wrong one, so that no caller learns that it is
/// correct. On the pages a correct password is the first of two steps, and counts as a success only after the second
/// (<see cref="Factors.SecondFactorCheck"/>).
/// </remarks>
internal sealed class PasswordCheck(
    AccountDirectory accounts, Throttle throttle, PasswordWork work, SecurityLog events,
    IPasswordHasher<Account> hasher, Metrics telemetry)
{
    private static readonly Account NoAccount = new();

    private readonly Lazy<string> _dummyHash = new(() => hasher.HashPassword(NoAccount, RandomToken.Hex(32)));

    /// <summary>
    /// Returns the account, or <see cref="FaultKind.CredentialsWrong"/>, <see cref="FaultKind.SignInThrottled"/>,
    /// <see cref="FaultKind.AddressThrottled"/> or <see cref="FaultKind.Busy"/>; if the password is correct but the
    /// account is not active, <see cref="FaultKind.AccountClosed"/>. On the pages a closing account is accepted, too:
    /// its owner has come back, and gets a question instead of a session.
    /// </summary>
    /// <param name="typed">The typed login name. Both spellings of an underscore share one count of attempts.</param>
    /// <param name="inAnyState">
    /// Tells whether an account in any state is accepted, because the caller checks the state itself immediately after.
    /// </param>
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
            return Counted(caller, PasswordWork.Busy);

        // Evaluate again: of many guesses that waited here, the first failures stop the others.
        standing = await throttle.EvaluateAsync(login, account?.Id, caller, cancellation, account?.Stamp);
        if (standing.Refusal is not null)
            return Throttled(account, caller, standing);

        var hash = account is null ? null : await accounts.PasswordHashAsync(account.Id, cancellation);
        var verdict = hasher.VerifyHashedPassword(NoAccount, hash ?? _dummyHash.Value, password);
        var needsKey = account is { HasSecondFactor: true } && caller.Kind == SignInKind.Program;
        if (account is null || hash is null || verdict == PasswordVerificationResult.Failed || needsKey)
        {
            events.Add(caller.Failed(
                account?.Id,
                hash is null || verdict == PasswordVerificationResult.Failed ? "password" : SignInCaller.NeedsKey));
            await throttle.FailedAsync(standing);
            return Counted(caller, FaultKind.CredentialsWrong);
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.RehashAsync(account.Id, hash, hasher.HashPassword(NoAccount, password), cancellation);
        if (!account.HasSecondFactor)
            await throttle.SucceededAsync(standing);
        var mayComeBack = account.MayUsePages && caller.Dialect == DialectNames.Browser;
        if (account.State != AccountState.Active && !inAnyState && !mayComeBack)
        {
            events.Add(caller.Failed(account.Id, account.StateName));
            return Counted(caller, new Fault(FaultKind.AccountClosed, account.State.ToString()));
        }

        if (!account.HasSecondFactor)
            telemetry.SignIn(caller.Dialect, "right");
        return account;
    }

    private Fault Throttled(FoundAccount? account, SignInCaller caller, SignInStanding standing)
    {
        events.Add(caller.Throttled(account?.Id, standing));
        return Counted(caller, standing.Refusal!.Value);
    }

    private Fault Counted(SignInCaller caller, Fault fault)
    {
        telemetry.SignIn(caller.Dialect, fault.Kind.ToString());
        return fault;
    }
}
