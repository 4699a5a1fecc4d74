using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Asks a signed-in person for their password before an important change, unless they entered it within the last five
/// minutes. So an attacker who finds the browser signed in, or has stolen its cookie, cannot make the change.
/// </summary>
internal sealed class FreshProof(PasswordCheck passwords, Store store, TimeProvider clock)
{
    /// <summary>The time for which a proof is fresh.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private const string ForChange = "You signed in some time ago. To make this change, enter your password again.";

    /// <summary>The form's field for the password. No other form may have a field of this name.</summary>
    public const string Field = "proof";

    /// <summary>
    /// Returns null if the proof is fresh. Otherwise returns a form that asks for the password and then repeats the
    /// same POST, with all its fields. Call it in a page's POST after the input was validated and before data is
    /// changed.
    /// </summary>
    /// <param name="why">Why the password is asked for; null if it is for a change.</param>
    public async Task<IActionResult?> RequireAsync(
        PageModel page, CancellationToken cancellation, string? why = null)
    {
        if (await IsFreshAsync(page.User, cancellation))
            return null;
        string? problem = null;
        if (page.Request.Form[Field] is [{ } password])
        {
            var check = await passwords.CheckAsync(
                page.User.Login, password, page.HttpContext.SignedInCaller, cancellation);
            if (check.Succeeded(out _, out var fault))
            {
                await store.WriteAsync(
                    connection => connection.ExecuteAsync(
                        "UPDATE sessions SET proved_at = @now WHERE id = @id",
                        ("@now", clock.GetUtcNow()), ("@id", page.User.SessionId)),
                    cancellation);
                return null;
            }

            page.Response.SetRetryAfter(fault.RetryAfter);
            (page.Response.StatusCode, problem) = fault.Kind switch
            {
                FaultKind.CredentialsWrong => (StatusCodes.Status200OK, "The password is not right."),
                FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
                (
                    StatusCodes.Status429TooManyRequests,
                    $"Too many failed attempts. {RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())}"),
                _ =>
                (
                    StatusCodes.Status503ServiceUnavailable,
                    "The password could not be checked. Try again in a moment."),
            };
        }

        return Ask(page, new ProofQuestion(page.User.Login, page.Request, problem) { Why = why ?? ForChange });
    }

    /// <summary>Returns the form that asks for the password, for a page that is only read.</summary>
    /// <param name="why">Why the password is asked for.</param>
    /// <param name="action">The path that the form is sent to. Its page calls <see cref="RequireAsync"/>.</param>
    public static IActionResult Ask(PageModel page, string why, string action) => Ask(
        page, new ProofQuestion(page.User.Login, page.Request, Problem: null) { Why = why, Action = action });

    private static PartialViewResult Ask(PageModel page, ProofQuestion question) =>
        page.Partial("/Kernel/Pages/_FreshProof.cshtml", question);

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

/// <summary>The question for the password. The partial page <c>_FreshProof</c> shows it.</summary>
/// <param name="Request">The request that the question interrupts.</param>
internal sealed record ProofQuestion(string Login, HttpRequest Request, string? Problem)
{
    /// <summary>Why the password is asked for.</summary>
    public required string Why { get; init; }

    /// <summary>The path that the form is sent to; null if that is the path of the interrupted request.</summary>
    public string? Action { get; init; }

    /// <summary>The fields of the interrupted request, which the form repeats.</summary>
    public IEnumerable<(string Name, string? Value)> Fields =>
        from sent in Request.Form
        where sent.Key is not (FreshProof.Field or "__RequestVerificationToken")
        from value in sent.Value
        select (sent.Key, value);
}
