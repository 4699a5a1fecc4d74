using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// <c>/console/{id}/secret</c>: replaces the secret. The new one is shown in this answer only. The old one stays valid
/// for as long as the owner chooses.
/// </summary>
internal sealed class SecretModel(
    ApplicationAdministration administration, FreshProof proof, TimeProvider clock) : PageModel
{
    /// <summary>The choices for the time of the old secret, in hours.</summary>
    public static readonly IReadOnlyList<(int Hours, string Words)> Overlaps =
    [
        (0, "no longer (somebody else may know it)"), (1, "one hour"), (24, "one day"), (7 * 24, "one week"),
        (30 * 24, "30 days"),
    ];

    public OwnApplication Own => HttpContext.OwnApplication;

    /// <summary>The secret that this request has made; null otherwise.</summary>
    public string? Secret { get; private set; }

    public TimeSpan Overlap { get; private set; }

    public DateTimeOffset Until { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The time until which an older secret is valid; null if there is none.</summary>
    public DateTimeOffset? PreviousUntil =>
        Own.Application.PreviousSecretUntil is { } until && until > clock.GetUtcNow() ? until : null;

    public async Task<IActionResult> OnPostAsync(int? overlap, CancellationToken cancellation)
    {
        if (Own.Application.IsPublic || overlap is not { } hours || Overlaps.All(choice => choice.Hours != hours))
        {
            Problem = "Choose how long the present secret works.";
            return Page();
        }

        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        Overlap = TimeSpan.FromHours(hours);
        if (await administration.RotateAsync(Own.Application.ApiKey, cancellation, Overlap, Own.By)
            is not var (made, until))
            return NotFound();
        (Secret, Until) = (made, until);
        return Page();
    }
}
