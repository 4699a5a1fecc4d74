using System.Data.Common;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// <c>/console/{id}</c>: shows an application and how it is used, and disables or enables it. It shows no secret.
/// </summary>
internal sealed class OverviewModel(
    ApplicationAdministration administration, ApplicationLogos logos, HourlyCountStore counts, TimeProvider clock)
    : PageModel
{
    public OwnApplication Own => HttpContext.OwnApplication;

    public ApplicationLogo? Logo { get; private set; }

    public ChartPeriod Period { get; private set; }

    public IReadOnlyList<Chart> Charts { get; private set; } = [];

    /// <summary>The time until which the secret before the last rotation is valid; null if it is not.</summary>
    public DateTimeOffset? PreviousSecretUntil =>
        Own.Application.PreviousSecretUntil is { } until && until > clock.GetUtcNow() ? until : null;

    public string? Problem { get; private set; }

    /// <summary>The outcome of the last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task OnGetAsync(ChartPeriod period, CancellationToken cancellation)
    {
        Period = Enum.IsDefined(period) ? period : ChartPeriod.Day;
        Logo = await logos.FindAsync(Own.Application.Id, cancellation);
        try
        {
            await counts.FlushAsync(cancellation);
        }
        catch (DbException)
        {
            // The store cannot be written: it is read-only or full. What it has is still shown.
        }

        var now = clock.GetUtcNow();
        Charts = ChartsOf(
            await counts.ListAsync(Own.Application.Id, Chart.Since(Period, now), cancellation), Period, now);
    }

    public Task<IActionResult> OnPostDisableAsync(CancellationToken cancellation) =>
        SetAsync(enabled: false, cancellation);

    public Task<IActionResult> OnPostEnableAsync(CancellationToken cancellation) =>
        SetAsync(enabled: true, cancellation);

    private async Task<IActionResult> SetAsync(bool enabled, CancellationToken cancellation)
    {
        if (await administration.SetEnabledAsync(Own.Application.ApiKey, enabled, cancellation, Own.By))
        {
            Notice = enabled
                ? "The application is enabled. Its calls are accepted again."
                : "The application is disabled. Its calls and sessions are refused.";
            return LocalRedirect(Own.Path);
        }

        Problem = "Only the people who run this service can change that.";
        await OnGetAsync(ChartPeriod.Day, cancellation);
        return Page();
    }

    /// <summary>Creates the charts: answered calls, faults by number, and sign-ins.</summary>
    private static IReadOnlyList<Chart> ChartsOf(
        IReadOnlyList<HourlyCount> counts, ChartPeriod period, DateTimeOffset now)
    {
        const string Fault = "fault ";
        Chart ChartOf(string id, string title, Predicate<string> isOf, Func<HourlyCount, string> series)
        {
            var own = counts.Where(count => isOf(count.Kind))
                .Select(count => new ChartCount(count.Hour, series(count), count.Count)).ToList();
            return Chart.Of(
                id, title, own,
                [.. own.Select(count => count.Series).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                period, now);
        }

        return
        [
            ChartOf("calls", "Answered calls", kind => kind == "call", count => count.Dialect),
            ChartOf(
                "faults", "Faults", kind => kind.StartsWith(Fault, StringComparison.Ordinal),
                count => $"{count.Dialect} {count.Kind[Fault.Length..]}"),
            ChartOf("signins", "Sign-ins", kind => kind == "sign_in", count => count.Dialect),
        ];
    }
}
