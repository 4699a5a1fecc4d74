using System.Globalization;

namespace TokenAuth.Kernel.Pages;

/// <summary>The period of a chart.</summary>
internal enum ChartPeriod
{
    /// <summary>Twenty-four hours, the present one included.</summary>
    Day,

    /// <summary>Thirty days (UTC), today included.</summary>
    Month,
}

/// <summary>A number that belongs to an hour and to one of the series of a chart.</summary>
internal readonly record struct ChartCount(DateTimeOffset Hour, string Series, long Count);

/// <summary>A part of each bar, such as a dialect.</summary>
/// <param name="Tone">The number of its colour, the same in all charts of a page.</param>
/// <param name="Values">A number for each bar.</param>
internal sealed record ChartSeries(string Name, int Tone, long[] Values)
{
    public long Total => Values.Sum();
}

/// <summary>A part of a bar, in the units of the drawing.</summary>
internal sealed record ChartBox(int Tone, double Y, double Height);

/// <summary>A chart of stacked bars over a day or a month.</summary>
/// <param name="Id">An identifier that is unique on the page.</param>
internal sealed record Chart(
    string Id, string Title, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>The height of the drawing.</summary>
    public const int Height = 100;

    /// <summary>The number of colours in the style sheet.</summary>
    private const int Tones = 8;

    public long Total => Series.Sum(series => series.Total);

    /// <summary>The number that the full height stands for.</summary>
    public long Max => Math.Max(1, Enumerable.Range(0, Labels.Count).Max(TotalOf));

    /// <summary>Describes the chart for those who do not see it.</summary>
    public string Summary
    {
        get
        {
            var highest = Enumerable.Range(0, Labels.Count).MaxBy(TotalOf);
            return Total == 0
                ? "Nothing was counted."
                : $"{Display.Of(Total)} in all, the most at {Labels[highest]} with {Display.Of(TotalOf(highest))}.";
        }
    }

    /// <summary>Creates a chart.</summary>
    /// <param name="counts">The counts since <see cref="Since"/>.</param>
    /// <param name="names">All series of the page, so that a series has the same colour in each chart.</param>
    public static Chart Of(
        string id, string title, IEnumerable<ChartCount> counts, IReadOnlyList<string> names, ChartPeriod period,
        DateTimeOffset now)
    {
        var starts = Starts(period, now);
        var bySeries = counts.ToLookup(count => count.Series, StringComparer.Ordinal);
        return new Chart(
            id,
            title,
            starts.ConvertAll(start => start.ToString(
                period == ChartPeriod.Day ? "HH:mm" : "d MMM", CultureInfo.InvariantCulture)),
            [
                .. names.Select((name, i) => new ChartSeries(name, i % Tones, Values(bySeries[name], starts)))
                    .Where(series => series.Total > 0),
            ]);
    }

    /// <summary>Returns the first hour of a period that ends now.</summary>
    public static DateTimeOffset Since(ChartPeriod period, DateTimeOffset now) => Starts(period, now)[0];

    /// <summary>Returns the parts of a bar, from the bottom to the top.</summary>
    public IEnumerable<ChartBox> Bar(int bar)
    {
        var below = 0L;
        foreach (var series in Series.Where(series => series.Values[bar] > 0))
        {
            var height = Scaled(series.Values[bar]);
            below += series.Values[bar];
            yield return new ChartBox(series.Tone, Height - Scaled(below), height);
        }
    }

    /// <summary>Describes a bar, for the pointer.</summary>
    public string Describe(int bar) =>
        $"{Labels[bar]}: "
        + string.Join(", ", Series.Where(series => series.Values[bar] > 0)
            .Select(series => $"{series.Name} {Display.Of(series.Values[bar])}"));

    private double Scaled(long value) => (double)value / Max * Height;

    private long TotalOf(int bar) => Series.Sum(series => series.Values[bar]);

    private static List<DateTimeOffset> Starts(ChartPeriod period, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return period == ChartPeriod.Day
            ? [.. Enumerable.Range(-23, 24).Select(hour => today.AddHours(now.UtcDateTime.Hour + hour))]
            : [.. Enumerable.Range(-29, 30).Select(day => today.AddDays(day))];
    }

    private static long[] Values(IEnumerable<ChartCount> counts, List<DateTimeOffset> starts)
    {
        var values = new long[starts.Count];
        foreach (var count in counts)
        {
            var bar = starts.FindLastIndex(start => start <= count.Hour);
            if (bar >= 0)
                values[bar] += count.Count;
        }

        return values;
    }
}
