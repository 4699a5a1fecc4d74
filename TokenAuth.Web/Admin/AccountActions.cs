using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Admin;

/// <summary>The administrator who acts.</summary>
internal sealed record Actor(long Uid, IPAddress From);

/// <summary>What an action did, in words.</summary>
/// <param name="IsRefused">Tells whether the action was refused.</param>
internal sealed record ChangeResult(string Message, bool IsRefused = false)
{
    public static ChangeResult Refused(string message) => new(message, IsRefused: true);
}

/// <summary>
/// Carries out what an administrator does to an account. Each event names the administrator. Nobody can lock themselves
/// out, so one administrator always stays.
/// </summary>
internal sealed class AccountActions(
    AccountAdministration accounts, Administrators administrators, PasswordResets resets, AccountUnlock unlock,
    SessionStore sessions, AccountSessions all, AccountKeys keys, ConsentStore consents, SecondFactor factor,
    AccountIdentities identities)
{
    private static readonly ChangeResult NoLonger =
        ChangeResult.Refused("You are no longer an administrator. Nothing was changed.");

    public async Task<ChangeResult> SetStateAsync(
        AccountSummary account, AccountState state, Actor actor, CancellationToken cancellation)
    {
        if (account.Id == actor.Uid && state != AccountState.Active)
        {
            return ChangeResult.Refused(
                "This is your own account. If you suspended it, you could not undo that. Another administrator can.");
        }

        if (await accounts.FindAsync(account.Login) is not { } found
            || !await accounts.SetStateAsync(found, state, actor.From, cancellation, actor.Uid))
            return NoLonger;
        return new ChangeResult(
            state == AccountState.Active
                ? "The account is active. The person can sign in again."
                : $"The account is {state.ToString().ToLowerInvariant()}. Its sessions have ended.");
    }

    public async Task<ChangeResult> SetAdminAsync(
        AccountSummary account, bool isAdmin, Actor actor, CancellationToken cancellation)
    {
        if (account.Id == actor.Uid && !isAdmin)
        {
            return ChangeResult.Refused(
                "This is your own right. If you gave it up, you could not take it back. Another administrator can.");
        }

        var change = await administrators.SetAsync(account.Id, isAdmin, actor.From, actor.Uid, cancellation);
        return change == AdministratorChange.Refused ? NoLonger
            : new ChangeResult($"{account.Login} is {(isAdmin ? "an" : "no longer an")} administrator.");
    }

    /// <summary>Makes the token of a reset link; null if the account is not active.</summary>
    public Task<string?> MakeResetTokenAsync(AccountSummary account, Actor actor, CancellationToken cancellation) =>
        resets.MakeAsync(account.Id, actor.Uid, actor.From, cancellation);

    public async Task<ChangeResult> UnlockAsync(AccountSummary account, Actor actor, CancellationToken cancellation) =>
        new(await unlock.UnlockAsync(account.Id, account.Login, actor.From, actor.Uid, cancellation)
            ? "The failed sign-ins no longer count. The person can try again at once."
            : "No failed sign-ins counted any more.");

    public async Task<ChangeResult> EndAsync(
        AccountSummary account, long session, Actor actor, CancellationToken cancellation) =>
        new(await sessions.EndAsync(session, account.Id, actor.From, cancellation, actor.Uid)
            ? "The session has ended."
            : "That session had already ended.");

    /// <param name="own">The administrator's own session, which stays if it is one of them.</param>
    public async Task<ChangeResult> EndAllAsync(
        AccountSummary account, long own, Actor actor, CancellationToken cancellation) =>
        new(await all.EndOthersAsync(account.Id, own, actor.From, cancellation, actor.Uid) switch
        {
            0 => "There was no session to end.",
            1 => "One session has ended.",
            var ended => $"{Display.Of(ended)} sessions have ended.",
        });

    public async Task<ChangeResult> RevokeKeyAsync(
        AccountSummary account, long key, Actor actor, CancellationToken cancellation) =>
        new(await keys.RevokeAsync(account.Id, key, actor.From, cancellation, actor.Uid)
            ? "The key was revoked, and the sessions that it opened have ended."
            : "That key was already revoked.");

    /// <summary>Removes passkeys, authenticator app and recovery codes.</summary>
    public async Task<ChangeResult> RemoveFactorsAsync(
        AccountSummary account, Actor actor, CancellationToken cancellation) =>
        await factor.RemoveAllAsync(account.Id, actor.From, actor.Uid, cancellation) switch
        {
            null => NoLonger,
            0 => new ChangeResult("The account had no passkey and no second factor any more."),
            _ => new ChangeResult("The passkeys and the second factor were removed. The password alone signs in."),
        };

    /// <summary>Removes the links to accounts at other services.</summary>
    public async Task<ChangeResult> UnlinkAsync(
        AccountSummary account, Actor actor, CancellationToken cancellation) =>
        await identities.RemoveAllAsync(account.Id, actor.From, actor.Uid, cancellation) switch
        {
            null => NoLonger,
            0 => new ChangeResult("The account had no link any more."),
            _ => new ChangeResult("The links were removed. If the account has no password, create a reset link."),
        };

    public async Task<ChangeResult> RemoveConsentAsync(
        AccountSummary account, long application, Actor actor, CancellationToken cancellation) =>
        new(await consents.RevokeAsync(account.Id, application, actor.From, cancellation, actor.Uid)
            ? "The application was removed, and its sessions of this account have ended."
            : "That application was already removed.");
}
