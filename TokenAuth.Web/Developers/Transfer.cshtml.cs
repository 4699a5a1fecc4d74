using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// <c>/console/{id}/transfer</c>: offers an application to another account. The page tells whether a login name is
/// taken, as the page for signing up does.
/// </summary>
internal sealed class TransferModel(ApplicationOwners owners, FreshProof proof, TimeProvider clock) : PageModel
{
    public OwnApplication Own => HttpContext.OwnApplication;

    /// <summary>The time until which it can be accepted; null if it is not offered.</summary>
    public DateTimeOffset? OfferedUntil =>
        Own.Application is { OfferedTo: not null, OfferedAt: { } at }
        && at + ApplicationOwners.OfferedFor > clock.GetUtcNow()
            ? at + ApplicationOwners.OfferedFor
            : null;

    public string? Login { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome, for the page of the application.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task<IActionResult> OnPostOfferAsync(string? login, CancellationToken cancellation)
    {
        Login = login?.Trim();
        if (string.IsNullOrEmpty(Login) || string.Equals(Login, User.Login, StringComparison.OrdinalIgnoreCase))
        {
            Problem = "Enter the login name of another account.";
            return Page();
        }

        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (await owners.OfferAsync(Own.Application.ApiKey, Login, Own.By, cancellation) != OwnerResult.Done)
        {
            Problem = "There is no active account with this login name.";
            return Page();
        }

        Notice = "The other person can accept the application now.";
        return LocalRedirect(Own.Path);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancellation)
    {
        await owners.WithdrawAsync(Own.Application.ApiKey, Own.By, cancellation);
        Notice = "The offer was withdrawn.";
        return LocalRedirect(Own.Path);
    }
}
