namespace TokenAuth.Bench;

/// <summary>Medians over all runs of one workload on one installation.</summary>
/// <param name="Ratio">Answers a second, relative to the bare framework in the run just before.</param>
/// <param name="Against">Answers a second, relative to the other build on its own store in the same round.</param>
/// <param name="Processor">
/// Processor time per answer, including the store's process, and per answer of the bare framework.
/// </param>
internal sealed record Measurement(
    string Workload, string Engine, long Sessions, double PerSecond, double BarePerSecond, Spread Ratio,
    Spread? Against, TimeSpan Median, TimeSpan P99, (TimeSpan Own, TimeSpan Bare) Processor);

/// <summary>Median, minimum and maximum.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}

/// <summary>Figures of a server as a whole.</summary>
internal sealed record Footprint(
    string Engine, Spread StartSeconds, double MebibytesAtStart, double MebibytesUnderLoad);

/// <summary>The 99th percentile of token checks in milliseconds, alone and while passwords are checked.</summary>
/// <param name="LoginsPerSecond">Sign-ins a second meanwhile.</param>
/// <param name="HashesPerSecond">Password hashes a second that half the processors compute, without other load.</param>
internal sealed record Flood(
    string Engine, Spread Alone, Spread Flooded, Spread Ratio, double LoginsPerSecond, double HashesPerSecond);
