using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Asks the person in front of a page for their password, unless they have given it within the last minutes: for changes
/// that whoever finds the browser signed in, or has stolen its cookie, must not make.
/// </summary>
internal sealed class FreshProof(PasswordCheck passwords, Store store, TimeProvider clock)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    /// <summary>The form's field for the password; no form of a page may have one of this name.</summary>
    public const string Field = "proof";

    /// <summary>
    /// To be asked in a page's POST, once its input is known to be right and before anything is changed. Null: the proof is
    /// fresh. Otherwise a form that asks for the password and then sends the same POST again, with all that was typed.
    /// </summary>
    public async Task<IActionResult?> RequireAsync(PageModel page, CancellationToken cancellation)
    {
        if (await IsFreshAsync(page.User, cancellation))
            return null;
        string? problem = null;
        if (page.Request.Form[Field] is [{ } password])
        {
            var check = await passwords.CheckAsync(page.User.Login, password, page.HttpContext.SignedInCaller, cancellation);
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
                _ => (StatusCodes.Status503ServiceUnavailable, "The password could not be checked. Try again in a moment."),
            };
        }

        return page.Partial("/Kernel/Pages/_FreshProof.cshtml", new ProofQuestion(page.User.Login, page.Request, problem));
    }

    private async Task<bool> IsFreshAsync(ClaimsPrincipal person, CancellationToken cancellation)
    {
        var provedAt = await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT COALESCE(proved_at, created_at) FROM sessions WHERE id = @id",
                row => row.InstantOrNull(0), ("@id", person.SessionId)),
            cancellation);

        // Another node's clock may be a little ahead.
        return provedAt is { } at && (clock.GetUtcNow() - at).Duration() < GoodFor;
    }
}

/// <summary>The question for the password, as <c>_FreshProof</c> shows it.</summary>
/// <param name="Asked">The request that it interrupts.</param>
internal sealed record ProofQuestion(string Login, HttpRequest Asked, string? Problem)
{
    /// <summary>What was typed, to be sent again.</summary>
    public IEnumerable<(string Name, string? Value)> Typed =>
        from sent in Asked.Form
        where sent.Key is not (FreshProof.Field or "__RequestVerificationToken")
        from value in sent.Value
        select (sent.Key, value);
}
