namespace TokenAuth.Fuzzing;

/// <summary>What one input may allocate, so that a stranger cannot keep a server busy with a small request.</summary>
internal static class FuzzLimits
{
    /// <summary>The first run of a target also allocates what it keeps.</summary>
    private const int Runs = 3;

    /// <summary>The bytes that may be allocated for each KiB of input or a part of it.</summary>
    private const long MaxAllocatedPerKiB = 1024 * 1024;

    /// <summary>Runs a target with an input.</summary>
    /// <exception cref="RuleBrokenException">Every run allocated too much.</exception>
    public static void Run(Action<byte[]> target, byte[] input)
    {
        long allocated = 0;
        for (var run = 0; run < Runs; run++)
        {
            allocated = -GC.GetAllocatedBytesForCurrentThread();
            target(input);
            allocated += GC.GetAllocatedBytesForCurrentThread();
            if (allocated <= MaxAllocatedPerKiB * (1 + (input.Length / 1024)))
                return;
        }

        throw new RuleBrokenException($"{allocated} bytes allocated for an input of {input.Length}");
    }
}
