using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Pages.Upstream;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.MyAccount.Security;

/// <summary>
/// <c>/account/security</c>: what signs in as the person, and what is signed in. Every change that lets more or fewer
/// devices sign in needs a fresh proof.
/// </summary>
[Authorize]
internal sealed class SecurityModel(
    Passkeys passkeys, SecondFactor factor, AccountIdentities identities, AccountDirectory accounts,
    SessionStore sessions, AccountSessions all, FreshProof proof, Texts texts, TokenAuthOptions options) : PageModel
{
    public const string Path = "/account/security";

    public IReadOnlyList<ListedPasskey> Passkeys { get; private set; } = [];

    public IReadOnlyList<ListedIdentity> Identities { get; private set; } = [];

    public bool HasPassword { get; private set; } = true;

    /// <summary>The name of the upstream provider; null if there is none.</summary>
    public string? Provider => options.Upstream.Name;

    /// <summary>The button that links an identity; null without a provider, or if the account has one.</summary>
    public UpstreamButton? LinkButton =>
        options.Upstream.IsOn && Identities.All(one => one.Issuer != options.Upstream.Issuer)
            ? new(UpstreamPurpose.Link, texts["Link an account at {0}", options.Upstream.Name], Path)
            : null;

    public FactorState State { get; private set; } = new(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0);

    public SessionPage Sessions { get; private set; } = new([], 0, 1, 1);

    /// <summary>The recovery codes that this request has made; null otherwise.</summary>
    public IReadOnlyList<string>? NewCodes { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    private long Me => User.Uid!.Value;

    /// <param name="p">The number of the page of sessions, beginning with 1.</param>
    public async Task OnGetAsync(CancellationToken cancellation, int p = 1) => await ReadAsync(p, cancellation);

    public async Task<IActionResult> OnPostRenameAsync(long id, string? name, CancellationToken cancellation)
    {
        if (Passkey.NormalName(name) is not { } label)
        {
            return await KeptAsync(
                texts["Enter a name of at most {0} characters.", Passkey.MaxNameLength], cancellation);
        }

        return Done(await passkeys.RenameAsync(Me, id, label, cancellation)
            ? texts["The passkey was renamed."]
            : texts["That passkey was already removed."]);
    }

    public async Task<IActionResult> OnPostRemovePasskeyAsync(long id, CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        return await passkeys.RemoveAsync(Me, id, HttpContext.CallerAddress, cancellation) switch
        {
            WayRemoval.Done => Done(texts["The passkey was removed and can no longer be used to sign in. You can " +
                "delete it on your device, too."]),
            WayRemoval.Gone => Done(texts["That passkey was already removed."]),
            _ => await KeptAsync(
                texts["The passkey was not removed, because you could no longer sign in. Set a password first."],
                cancellation),
        };
    }

    public async Task<IActionResult> OnPostUnlinkAsync(long id, CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        return await identities.RemoveAsync(Me, id, HttpContext.CallerAddress, cancellation) switch
        {
            WayRemoval.Done => Done(texts["The link was removed. You can no longer sign in with that account."]),
            WayRemoval.Gone => Done(texts["That link was already removed."]),
            _ => await KeptAsync(
                texts["The link was not removed, because you could no longer sign in. Set a password or add a " +
                    "passkey first."],
                cancellation),
        };
    }

    public async Task<IActionResult> OnPostRemoveAuthenticatorAsync(CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (!await factor.RemoveAuthenticatorAsync(Me, HttpContext.CallerAddress, cancellation))
            return Done(texts["The authenticator app was already removed."]);
        return Done((await factor.ReadAsync(Me, cancellation)).IsOn
            ? texts["The authenticator app was removed. You now confirm a sign-in with a passkey."]
            : texts["The authenticator app was removed. Two-step sign-in is off."]);
    }

    /// <summary>Turns the second factor on for a person who has passkeys.</summary>
    public async Task<IActionResult> OnPostTurnOnAsync(CancellationToken cancellation) =>
        await proof.RequireAsync(this, cancellation)
        ?? await ShowCodesAsync(
            await factor.TurnOnAsync(Me, HttpContext.CallerAddress, cancellation),
            texts["Two-step sign-in was not turned on: it is on already, or you have no passkey."], cancellation);

    public async Task<IActionResult> OnPostCodesAsync(CancellationToken cancellation) =>
        await proof.RequireAsync(this, cancellation)
        ?? await ShowCodesAsync(
            await factor.MakeRecoveryCodesAsync(Me, HttpContext.CallerAddress, cancellation),
            texts["You need no recovery codes while two-step sign-in is off."], cancellation);

    public async Task<IActionResult> OnPostTurnOffAsync(CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        await factor.TurnOffAsync(Me, HttpContext.CallerAddress, cancellation);
        return Done(texts["Two-step sign-in is off."]);
    }

    public async Task<IActionResult> OnPostEndAsync(long id, CancellationToken cancellation, int p = 1)
    {
        Notice = await sessions.EndAsync(id, Me, HttpContext.CallerAddress, cancellation)
            ? texts["The session has ended."]
            : texts["That session had already ended."];
        return LocalRedirect(PageLink(p));
    }

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellation)
    {
        var ended = await all.EndOthersAsync(Me, User.SessionId!.Value, HttpContext.CallerAddress, cancellation);
        return Done(ended == 0
            ? texts["There was no other session."]
            : texts.Plural(ended, "The other session has ended.", "The other {0} sessions have ended."));
    }

    /// <summary>Returns what a session belongs to, in words.</summary>
    /// <param name="own">The number of the browser's own session.</param>
    public static string NameOf(ListedSession session, long? own, Texts texts) =>
        session.ApplicationName
        ?? (session.Id == own ? texts["This browser"]
            : session.Dialect == DialectNames.Browser ? texts["A browser"]
            : texts["A program ({0})", session.Dialect]);

    public static string PageLink(int p) => p > 1 ? $"{Path}?p={p}" : Path;

    private LocalRedirectResult Done(string notice)
    {
        Notice = notice;
        return LocalRedirect(Path);
    }

    /// <summary>Shows the page with a problem. Nothing was changed.</summary>
    private async Task<IActionResult> KeptAsync(string problem, CancellationToken cancellation)
    {
        Problem = problem;
        await ReadAsync(page: 1, cancellation);
        return Page();
    }

    /// <summary>
    /// Shows the codes in this answer only, and not after a redirect, so that they are stored nowhere.
    /// </summary>
    /// <param name="codes">Null if none were made.</param>
    private async Task<IActionResult> ShowCodesAsync(
        IReadOnlyList<string>? codes, string otherwise, CancellationToken cancellation)
    {
        (NewCodes, Problem) = (codes, codes is null ? otherwise : null);
        await ReadAsync(page: 1, cancellation);
        return Page();
    }

    private async Task ReadAsync(int page, CancellationToken cancellation)
    {
        Passkeys = await passkeys.ListAsync(Me, cancellation);
        State = await factor.ReadAsync(Me, cancellation);
        HasPassword = await accounts.HasPasswordAsync(Me, cancellation);
        Identities = await identities.ListAsync(Me, cancellation);
        if (LinkButton is not null)
            HttpContext.AllowAnyFormTarget();
        Sessions = await all.ListAsync(Me, User.SessionId, page, cancellation);
    }
}
