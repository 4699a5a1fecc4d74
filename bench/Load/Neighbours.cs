using System.Globalization;

namespace TokenAuth.Bench;

/// <summary>
/// The processor time that other guests of the same machine took (steal, the eighth number in <c>/proc/stat</c>). A
/// measurement during which they take a tenth is worthless, so it is repeated after a pause.
/// </summary>
internal sealed class Neighbours
{
    private const double MaxStolen = 0.1;

    /// <summary>Retries left for one workload; after that the figures are reported as they are.</summary>
    private int _retries = 12;

    private (double Stolen, double All) _before = Now();

    public static TimeSpan Pause => TimeSpan.FromSeconds(6);

    /// <summary>Whether the other guests took too much since the last call.</summary>
    public bool AreLoud()
    {
        var (before, now) = (_before, Now());
        _before = now;
        return (now.Stolen - before.Stolen) / (now.All - before.All) > MaxStolen && _retries-- > 0;
    }

    private static (double Stolen, double All) Now()
    {
        var numbers = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        return (numbers[7], numbers.Take(8).Sum());
    }
}
