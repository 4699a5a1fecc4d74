using System.Globalization;
using System.Security.Cryptography;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>
/// Checks the second step of a sign-in on the pages, after a correct password: the code of an authenticator app, or a
/// recovery code. Codes are throttled apart from passwords (see docs/sign-in-limits.md).
/// </summary>
internal sealed class SecondFactorCheck(
    Store store, SecretProtector secrets, Throttle throttle, PasswordWork work, SecurityLog events, TimeProvider clock,
    Metrics telemetry)
{
    /// <summary>
    /// Checks and uses up a code of the account's authenticator app. Returns null if it is correct, and otherwise
    /// <see cref="FaultKind.CredentialsWrong"/>, <see cref="FaultKind.SignInThrottled"/>,
    /// <see cref="FaultKind.AddressThrottled"/> or <see cref="FaultKind.Busy"/>.
    /// </summary>
    public async Task<Fault?> CheckCodeAsync(
        FoundAccount account, string typed, SignInCaller caller, CancellationToken cancellation)
    {
        caller = caller with { Kind = SignInKind.Code };
        if ((await EvaluateAsync(account, caller, cancellation)).Refusal is { } early)
            return Throttled(account, caller, early);

        // One account has one turn at a time, so that each guess is counted before the next one is made.
        using var turn = await work.WaitAsync(caller.Address, account.Login, Urgency.Trusted, cancellation);
        if (turn is null)
            return Counted(caller, PasswordWork.Busy);
        var standing = await EvaluateAsync(account, caller, cancellation);
        if (standing.Refusal is { } refusal)
            return Throttled(account, caller, refusal);
        if (!await TryUseAsync(account.Id, typed, cancellation))
            return await FailedAsync(account, caller, standing, "code");
        await SucceededAsync(account, caller, cancellation);
        return null;
    }

    /// <summary>
    /// Checks and uses up a recovery code. A correct one always works, even while codes are throttled, because it
    /// cannot be guessed. Returns null if it is correct, and otherwise the faults of <see cref="CheckCodeAsync"/>.
    /// </summary>
    public async Task<Fault?> CheckRecoveryCodeAsync(
        FoundAccount account, string typed, SignInCaller caller, CancellationToken cancellation)
    {
        caller = caller with { Kind = SignInKind.Code };
        if (RecoveryCodes.Normal(typed) is { } code
            && await TryUseRecoveryCodeAsync(account, code, caller, cancellation))
        {
            await SucceededAsync(account, caller, cancellation);
            return null;
        }

        using var turn = await work.WaitAsync(caller.Address, account.Login, Urgency.Trusted, cancellation);
        if (turn is null)
            return Counted(caller, PasswordWork.Busy);
        var standing = await EvaluateAsync(account, caller, cancellation);
        return standing.Refusal is { } refusal
            ? Throttled(account, caller, refusal)
            : await FailedAsync(account, caller, standing, "recovery code");
    }

    /// <summary>
    /// Records a completed sign-in: clears the failures of both steps from this network, and makes it a known network
    /// of the account.
    /// </summary>
    public async Task SucceededAsync(FoundAccount account, SignInCaller caller, CancellationToken cancellation)
    {
        foreach (var kind in (SignInKind[])[SignInKind.Page, SignInKind.Code])
            await throttle.SucceededAsync(await EvaluateAsync(account, caller with { Kind = kind }, cancellation));
        telemetry.SignIn(caller.Dialect, "right");
    }

    /// <summary>
    /// Uses up a code. The time step is compared and set in the store, so that of two uses of one code, on any nodes,
    /// one succeeds.
    /// </summary>
    private async Task<bool> TryUseAsync(long accountId, string typed, CancellationToken cancellation)
    {
        var stored = await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT protected_secret, last_step FROM authenticators WHERE account_id = @account",
                row => new StoredSecret(row.GetString(0), row.GetInt64(1)), ("@account", accountId)),
            cancellation);
        if (stored is null || secrets.TryUnprotect(stored.ProtectedSecret) is not { } digits)
            return false;
        var secret = Convert.FromHexString(digits);
        var step = Totp.FindStep(secret, typed, clock.GetUtcNow(), stored.LastStep);
        CryptographicOperations.ZeroMemory(secret);
        return step is { } used && await store.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                UPDATE authenticators SET last_step = @step
                WHERE account_id = @account AND last_step < @step AND protected_secret = @secret
                """,
                ("@step", used), ("@account", accountId), ("@secret", stored.ProtectedSecret)),
            cancellation) == 1;
    }

    private async Task<bool> TryUseRecoveryCodeAsync(
        FoundAccount account, string code, SignInCaller caller, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await RecoveryCodes.UseAsync(connection, account.Id, code) is not { } left)
                    return false;
                happened.Add(new SecurityEvent(
                    EventKind.RecoveryCodeUsed, account.Id, Dialect: caller.Dialect, From: caller.Address,
                    Detail: left.ToString(CultureInfo.InvariantCulture)));
                return true;
            },
            cancellation);

    private ValueTask<SignInStanding> EvaluateAsync(
        FoundAccount account, SignInCaller caller, CancellationToken cancellation) =>
        throttle.EvaluateAsync(account.Login, account.Id, caller, cancellation, account.Stamp);

    private async Task<Fault> FailedAsync(
        FoundAccount account, SignInCaller caller, SignInStanding standing, string what)
    {
        events.Add(caller.Failed(account.Id, what));
        await throttle.FailedAsync(standing);
        return Counted(caller, FaultKind.CredentialsWrong);
    }

    private Fault Throttled(FoundAccount account, SignInCaller caller, Fault refusal)
    {
        // The caller knows the password, so the event names the account.
        events.Add(new SecurityEvent(
            EventKind.SignInThrottled, account.Id, Dialect: caller.Dialect, From: caller.Address));
        return Counted(caller, refusal);
    }

    private Fault Counted(SignInCaller caller, Fault fault)
    {
        telemetry.SignIn(caller.Dialect, fault.Kind.ToString());
        return fault;
    }

    private sealed record StoredSecret(string ProtectedSecret, long LastStep);
}
