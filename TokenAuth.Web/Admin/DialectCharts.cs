using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Admin;

/// <summary>The charts of the server: each kind of event by dialect.</summary>
internal static class DialectCharts
{
    /// <summary>Creates the charts of all kinds.</summary>
    /// <param name="counts">The counts since <see cref="Chart.Since"/>.</param>
    public static IReadOnlyList<Chart> Of(IReadOnlyList<HourlyCount> counts, ChartPeriod period, DateTimeOffset now)
    {
        List<string> dialects =
        [
            .. counts.Select(count => count.Dialect).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(Display.Dialect),
        ];
        return
        [
            .. Enum.GetValues<CountKind>().Select(kind => Chart.Of(
                IdOf(kind), TitleOf(kind),
                counts.Where(count => count.Kind == HourlyCountStore.NameOf(kind))
                    .Select(count => new ChartCount(count.Hour, Display.Dialect(count.Dialect), count.Count)),
                dialects, period, now)),
        ];
    }

    public static string IdOf(CountKind kind) => kind.ToString().ToLowerInvariant();

    private static string TitleOf(CountKind kind) => kind switch
    {
        CountKind.SignIn => "Sign-ins",
        CountKind.Failure => "Failed sign-ins",
        CountKind.Check => "Session checks",
        _ => "Refused calls",
    };
}
