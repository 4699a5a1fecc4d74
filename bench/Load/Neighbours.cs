using System.Globalization;

namespace TokenAuth.Bench;

/// <summary>
/// How much of the processors' time other guests of the same machine took (steal, the eighth number in <c>/proc/stat</c>). What is
/// measured while they take a tenth says nothing, so it is measured again, after a pause that lets them finish.
/// </summary>
internal sealed class Neighbours
{
    private const double Bearable = 0.1;

    /// <summary>For one workload; after that it is told as it is.</summary>
    private int _patience = 12;

    private (double Stolen, double All) _before = Now();

    public static TimeSpan Pause => TimeSpan.FromSeconds(6);

    /// <summary>Whether they took too much since this was last asked.</summary>
    public bool AreLoud()
    {
        var (before, now) = (_before, Now());
        _before = now;
        return (now.Stolen - before.Stolen) / (now.All - before.All) > Bearable && _patience-- > 0;
    }

    private static (double Stolen, double All) Now()
    {
        var numbers = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        return (numbers[7], numbers.Take(8).Sum());
    }
}
