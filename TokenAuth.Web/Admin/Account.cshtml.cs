using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/accounts/{id}</c>: shows one account and changes it. It shows no password, key or token, and an
/// administrator cannot close the own account or give up the own right here.
/// </summary>
internal sealed class AccountModel(
    AccountSearch search, AccountActions actions, AccountSessions sessions, AccountKeys keys, ConsentStore consents,
    SecondFactor factor, Passkeys passkeys, AccountIdentities identities, SecurityEvents events, AccountUnlock unlock,
    ServerUrl url) : PageModel
{
    /// <summary>The number of events on this page. The page of events has all of them.</summary>
    private const int MaxEvents = 10;

    public AccountSummary Account { get; private set; } = new();

    public SessionPage Sessions { get; private set; } = new([], 0, 1, 1);

    public IReadOnlyList<ListedKey> Keys { get; private set; } = [];

    public IReadOnlyList<AllowedApplication> Applications { get; private set; } = [];

    public IReadOnlyList<ListedEvent> Events { get; private set; } = [];

    public IReadOnlyList<CountedFailures> Failures { get; private set; } = [];

    public FactorState Factors { get; private set; } = new(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0);

    public IReadOnlyList<ListedPasskey> Passkeys { get; private set; } = [];

    public IReadOnlyList<ListedIdentity> Identities { get; private set; } = [];

    /// <summary>The link that this request has made; null otherwise.</summary>
    public string? ResetLink { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome of the last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    private Actor Me => new(User.Uid!.Value, HttpContext.CallerAddress);

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var id = context.RouteData.Values["id"] is string text && long.TryParse(text, out var number) ? number : 0;
        if (await search.FindAsync(id, HttpContext.RequestAborted) is not { } account)
        {
            context.Result = NotFound();
            return;
        }

        Account = account;
        await next();
    }

    /// <param name="p">The number of the page of sessions, beginning with 1.</param>
    public async Task OnGetAsync(CancellationToken cancellation, int p = 1) => await ShowAsync(p, cancellation);

    public async Task<IActionResult> OnPostSuspendAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.SetStateAsync(Account, AccountState.Suspended, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostActivateAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.SetStateAsync(Account, AccountState.Active, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostPromoteAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.SetAdminAsync(Account, isAdmin: true, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostDemoteAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.SetAdminAsync(Account, isAdmin: false, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostUnlockAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.UnlockAsync(Account, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostEndAsync(long session, CancellationToken cancellation, int p = 1) =>
        await DoneAsync(await actions.EndAsync(Account, session, Me, cancellation), cancellation, p);

    public async Task<IActionResult> OnPostEndAllAsync(CancellationToken cancellation) =>
        await DoneAsync(
            await actions.EndAllAsync(Account, User.SessionId!.Value, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostRevokeAsync(long key, CancellationToken cancellation) =>
        await DoneAsync(await actions.RevokeKeyAsync(Account, key, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostRemoveFactorsAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.RemoveFactorsAsync(Account, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostUnlinkAsync(CancellationToken cancellation) =>
        await DoneAsync(await actions.UnlinkAsync(Account, Me, cancellation), cancellation);

    public async Task<IActionResult> OnPostRemoveAsync(long application, CancellationToken cancellation) =>
        await DoneAsync(await actions.RemoveConsentAsync(Account, application, Me, cancellation), cancellation);

    /// <summary>Shows the link in this answer only, and not after a redirect, so that it is stored nowhere.</summary>
    public async Task<IActionResult> OnPostResetAsync(CancellationToken cancellation)
    {
        if (await actions.MakeResetTokenAsync(Account, Me, cancellation) is { } token)
            ResetLink = url.Absolute(Request, "/reset" + QueryString.Create("token", token));
        else
            Problem = "Only an active account can have a link. Nothing was changed.";
        await ShowAsync(page: 1, cancellation);
        return Page();
    }

    private async Task<IActionResult> DoneAsync(ChangeResult result, CancellationToken cancellation, int p = 1)
    {
        if (!result.IsRefused)
        {
            Notice = result.Message;
            return LocalRedirect(p > 1 ? $"{Request.Path}?p={p}" : Request.Path);
        }

        Problem = result.Message;
        await ShowAsync(p, cancellation);
        return Page();
    }

    private async Task ShowAsync(int page, CancellationToken cancellation)
    {
        Sessions = await sessions.ListAsync(Account.Id, User.SessionId, page, cancellation);
        Factors = await factor.ReadAsync(Account.Id, cancellation);
        Passkeys = await passkeys.ListAsync(Account.Id, cancellation);
        Identities = await identities.ListAsync(Account.Id, cancellation);
        Keys = await keys.ListAsync(Account.Id, cancellation);
        Applications = await consents.AllowedAsync(Account.Id, cancellation);
        Failures = await unlock.ReadAsync(Account.Id, Account.Login, cancellation);
        Events = await events.ListAsync(Account.Id, since: null, before: null, MaxEvents, cancellation);
    }
}
