using System.Globalization;
using System.Net;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>Draws the ratios as bars, in SVG.</summary>
internal static class Plot
{
    private const int Left = 230, Width = 860, Scale = 520, Bar = 16, Gap = 14, Top = 64;

    private static readonly string[] Colours = ["#1f5fa8", "#8fb8e6", "#b5541c", "#ecb48f"];

    public static string Of(IReadOnlyList<Measurement> measurements)
    {
        var series = measurements.Select(m => (m.Engine, m.Sessions)).Distinct().ToList();
        var svg = new StringBuilder();
        var y = Top;
        foreach (var workload in measurements.GroupBy(m => m.Workload, StringComparer.Ordinal))
        {
            Text(svg, Left - 10, y + (workload.Count() * Bar / 2) + 4, workload.Key, "end");
            foreach (var m in workload)
            {
                var width = m.Ratio.Median * Scale;
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{Left}\" y=\"{y}\" width=\"{width:0.0}\" height=\"{Bar - 2}\" "
                    + $"fill=\"{Colours[series.IndexOf((m.Engine, m.Sessions)) % Colours.Length]}\"/>\n");
                Text(
                    svg, Left + (int)width + 6, y + 11,
                    string.Create(CultureInfo.InvariantCulture, $"{m.Ratio.Median:0.00}"), "start");
                y += Bar;
            }

            y += Gap;
        }

        for (var i = 0; i < series.Count; i++)
        {
            var x = Left + (i * 155);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{x}\" y=\"32\" width=\"12\" height=\"12\" fill=\"{Colours[i % Colours.Length]}\"/>\n");
            Text(
                svg, x + 17, 43,
                string.Create(CultureInfo.InvariantCulture, $"{series[i].Engine}, {series[i].Sessions:#,0}"), "start");
        }

        Text(svg, Left, 20, "Answers a second; the bare framework's JSON answer is 1.00", "start");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{Left + Scale}\" y1=\"{Top - 8}\" x2=\"{Left + Scale}\" y2=\"{y}\" stroke=\"#888\" "
            + $"stroke-dasharray=\"4 3\"/>\n");
        Text(svg, Left + Scale + 4, Top, "1.00", "start");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{y + 10}\" "
            + $"font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
            + $"fill=\"#fff\"/>\n{svg}</svg>\n");
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string anchor) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"#222\">{WebUtility.HtmlEncode(text)}</text>\n");
}
