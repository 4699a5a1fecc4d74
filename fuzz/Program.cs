// TokenAuth.Fuzz TARGET            runs the target under afl-fuzz, which sends the inputs
// TokenAuth.Fuzz TARGET FILE...    runs the target with each file, and ends with 1 if one breaks it
using System.Diagnostics;
using SharpFuzz;
using TokenAuth.Fuzzing;

if (args is not [var name, .. var files])
    return 2;
if (files.Length == 0)
{
    // No instrumented code may run outside of the function: the memory that it writes to is not there yet.
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        Run(input.ToArray());
    });
    return 0;
}

var broken = 0;
foreach (var file in files)
{
    try
    {
        Run(File.ReadAllBytes(file));
    }
    catch (Exception failure)
    {
        Console.WriteLine($"{file}: {failure}");
        broken++;
    }
}

return broken == 0 ? 0 : 1;

// Other work may delay a run, so an input is slow if five runs are.
void Run(byte[] input)
{
    const int runs = 5;
    var limit = TimeSpan.FromMilliseconds(100);
    for (var run = 0; run < runs; run++)
    {
        var started = Stopwatch.GetTimestamp();
        FuzzLimits.Run(FuzzTargets.All[name], input);
        if (Stopwatch.GetElapsedTime(started) <= limit)
            return;
    }

    throw new RuleBrokenException($"more than {limit.TotalMilliseconds} ms for an input of {input.Length} bytes");
}
