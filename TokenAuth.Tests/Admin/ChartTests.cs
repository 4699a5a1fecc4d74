using TokenAuth.Admin;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Tests.Admin;

public sealed class ChartTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 34, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_has_a_bar_for_each_hour_up_to_now()
    {
        var chart = ChartOf(ChartPeriod.Day, (0, "ipernity", 3), (0, "browser", 1), (-23, "ipernity", 2));

        Assert.Equal((24, "13:00", "12:00"), (chart.Labels.Count, chart.Labels[0], chart.Labels[^1]));
        Assert.Equal(Now.AddMinutes(-34).AddHours(-23), Chart.Since(ChartPeriod.Day, Now));
        Assert.Equal(["pages", "ipernity"], chart.Series.Select(series => series.Name), StringComparer.Ordinal);
        Assert.Equal((6, 4), (chart.Total, chart.Max));
        Assert.Equal("12:00: pages 1, ipernity 3", chart.Describe(23));
        Assert.Equal([(75.0, 25.0), (0.0, 75.0)], chart.Bar(23).Select(box => (box.Y, box.Height)));
        Assert.Equal([(50.0, 50.0)], chart.Bar(0).Select(box => (box.Y, box.Height)));
        Assert.Empty(chart.Bar(1));
    }

    [Fact]
    public void A_month_has_a_bar_for_each_day_in_UTC_up_to_today()
    {
        var chart = ChartOf(ChartPeriod.Month, (0, "ipernity", 1), (-12, "ipernity", 2), (-13, "ipernity", 4));

        Assert.Equal((30, "31 Jan", "1 Mar"), (chart.Labels.Count, chart.Labels[0], chart.Labels[^1]));
        Assert.Equal([4, 3], chart.Series[0].Values[^2..]);
    }

    [Fact]
    public void A_chart_without_counts_says_so()
    {
        var chart = ChartOf(ChartPeriod.Day);

        Assert.Equal(("Nothing was counted.", 0), (chart.Summary, chart.Total));
        Assert.Empty(chart.Series);
    }

    [Fact]
    public void A_dialect_has_the_same_colour_in_every_chart()
    {
        var charts = DialectCharts.Of(
            [
                new HourlyCount(Now, "browser", "sign_in", 1), new HourlyCount(Now, "ipernity", "sign_in", 1),
                new HourlyCount(Now, "ipernity", "check", 1),
            ],
            ChartPeriod.Day, Now);

        Assert.Single(charts.SelectMany(chart => chart.Series).Where(series => series.Name == "ipernity")
            .Select(series => series.Tone).Distinct());
    }

    private static Chart ChartOf(ChartPeriod period, params (int Hour, string Dialect, long Count)[] counts) =>
        DialectCharts.Of(
            [
                .. counts.Select(count => new HourlyCount(
                    Now.AddMinutes(-34).AddHours(count.Hour), count.Dialect, "check", count.Count)),
            ],
            period, Now).Single(chart => chart.Id == DialectCharts.IdOf(CountKind.Check));
}
