using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Asks a signed-in person for their password or a passkey before an important change, unless they gave one within the
/// last five minutes. So an attacker who finds the browser signed in, or has stolen its cookie, cannot make the change.
/// A person with an identity at the upstream provider may prove it there instead, and then repeats the change.
/// </summary>
internal sealed class FreshProof(
    PasswordCheck passwords, PasskeyCeremony passkeys, AccountDirectory accounts, AccountIdentities identities,
    Store store, Texts texts, TokenAuthOptions options, TimeProvider clock)
{
    /// <summary>The time for which a proof is fresh.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    /// <summary>The form's field for the password. No other form may have a field of this name.</summary>
    public const string Field = "proof";

    private static readonly Text ForChange =
        new Text("You signed in some time ago. To make this change, confirm that it is you.");

    /// <summary>
    /// Returns null if the proof is fresh. Otherwise returns a form that asks for the proof and then repeats the same
    /// POST, with all its fields. Call it in a page's POST after the input was validated and before data is changed.
    /// </summary>
    /// <param name="why">Why the proof is asked for; null if it is for a change.</param>
    public async Task<IActionResult?> RequireAsync(
        PageModel page, CancellationToken cancellation, string? why = null)
    {
        if (await IsFreshAsync(page.User, cancellation))
            return null;
        string? problem = null;
        if (PasskeyCeremony.IsAnswered(page.Request) || page.Request.Form.ContainsKey(Field))
        {
            problem = PasskeyCeremony.IsAnswered(page.Request)
                ? await CheckPasskeyAsync(page, cancellation)
                : await CheckPasswordAsync(page, cancellation);
            if (problem is null)
            {
                await RecordAsync(page.User, cancellation);
                return null;
            }
        }

        return await AskAsync(
            page, new ProofQuestion(page.User.Login, page.Request, problem) { Why = why ?? texts[ForChange] },
            cancellation);
    }

    /// <summary>Returns the form that asks for the proof, for a page that is only read.</summary>
    /// <param name="why">Why the proof is asked for.</param>
    /// <param name="action">The path that the form is sent to. Its page calls <see cref="RequireAsync"/>.</param>
    public Task<IActionResult> AskAsync(PageModel page, string why, string action, CancellationToken cancellation) =>
        AskAsync(
            page, new ProofQuestion(page.User.Login, page.Request, Problem: null) { Why = why, Action = action },
            cancellation);

    /// <summary>Records that the person of the browser's session has just proved who they are.</summary>
    public async Task RecordAsync(ClaimsPrincipal person, CancellationToken cancellation) => await store.WriteAsync(
        connection => connection.ExecuteAsync(
            "UPDATE sessions SET proved_at = @now WHERE id = @id",
            ("@now", clock.GetUtcNow()), ("@id", person.SessionId)),
        cancellation);

    private async Task<IActionResult> AskAsync(
        PageModel page, ProofQuestion question, CancellationToken cancellation)
    {
        var me = page.User.Uid!.Value;
        var upstream = options.Upstream.IsOn
            && (await identities.ListAsync(me, cancellation)).Any(one => one.Issuer == options.Upstream.Issuer)
                ? options.Upstream.Name
                : null;
        if (upstream is not null)
            page.HttpContext.AllowAnyFormTarget();
        return page.Partial(
            "/Kernel/Pages/_FreshProof.cshtml",
            question with
            {
                HasPassword = await accounts.HasPasswordAsync(me, cancellation),
                Upstream = upstream,
                Passkey = await passkeys.AskAsync(page.HttpContext, me, texts["Use a passkey"], cancellation),
            });
    }

    private async Task<string?> CheckPasskeyAsync(PageModel page, CancellationToken cancellation)
    {
        var (_, problem) = await passkeys.CheckAsync(page.HttpContext, page.User.Uid, cancellation);
        return problem is null ? null : texts[problem];
    }

    private async Task<string?> CheckPasswordAsync(PageModel page, CancellationToken cancellation)
    {
        var check = await passwords.CheckAsync(
            page.User.Login, page.Request.Form[Field].ToString(), page.HttpContext.SignedInCaller, cancellation);
        if (check.Succeeded(out _, out var fault))
            return null;
        page.Response.SetRetryAfter(fault.RetryAfter);
        (page.Response.StatusCode, var problem) = fault.Kind switch
        {
            FaultKind.CredentialsWrong => (StatusCodes.Status200OK, texts["The password is wrong."].Value),
            FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
            (
                StatusCodes.Status429TooManyRequests,
                texts["Too many failed attempts. {0}", RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())]),
            _ =>
            (
                StatusCodes.Status503ServiceUnavailable,
                texts["The password could not be checked. Try again in a moment."]),
        };
        return problem;
    }

    private async Task<bool> IsFreshAsync(ClaimsPrincipal person, CancellationToken cancellation)
    {
        var provedAt = await store.QueryAsync<DateTimeOffset>(
            "SELECT COALESCE(proved_at, created_at) FROM sessions WHERE id = @id",
            cancellation,
            ("@id", person.SessionId));

        // The difference may be negative, because the clock of another node may be ahead.
        return provedAt is [var at] && (clock.GetUtcNow() - at).Duration() < GoodFor;
    }
}

/// <summary>The question for the password or a passkey. The partial page <c>_FreshProof</c> shows it.</summary>
/// <param name="Request">The request that the question interrupts.</param>
internal sealed record ProofQuestion(string Login, HttpRequest Request, string? Problem)
{
    /// <summary>The field for a new password, which no page may contain.</summary>
    public const string NewPasswordField = "chosen";

    /// <summary>Why the proof is asked for.</summary>
    public required string Why { get; init; }

    /// <summary>The path that the form is sent to; null if that is the path of the interrupted request.</summary>
    public string? Action { get; init; }

    /// <summary>The question for a passkey; null if the person has none.</summary>
    public PasskeyQuestion? Passkey { get; init; }

    public bool HasPassword { get; init; } = true;

    /// <summary>The name of the upstream provider; null if the person has no identity there.</summary>
    public string? Upstream { get; init; }

    /// <summary>The page on which the person makes the change again after a proof at the provider.</summary>
    public string Page => Action is null ? Request.Path.ToUriComponent()
        : Request.PathBase.Add(Request.Path).ToUriComponent() + Request.QueryString;

    /// <summary>The fields of the interrupted request, which the form repeats, except for a new password.</summary>
    public IEnumerable<(string Name, string? Value)> Fields =>
        from sent in Request.Form
        where sent.Key is not (FreshProof.Field or "__RequestVerificationToken"
            or PasskeyCeremony.Field or PasskeyCeremony.StateField or NewPasswordField)
        from value in sent.Value
        select (sent.Key, value);
}
