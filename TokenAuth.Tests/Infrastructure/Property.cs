using CsCheck;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Tests a property with random values, the same in every run. CsCheck shrinks a value that fails, and names the seed
/// that repeats it.
/// </summary>
internal static class Property
{
    private const int Shrinks = 10_000;

    public static void Holds<T>(this Gen<T> gen, int times, Action<T> assert)
    {
        foreach (var (seed, value) in Seeded(gen, times))
        {
            try
            {
                assert(value);
            }
            catch
            {
                gen.Sample(assert, seed: seed, iter: Shrinks, threads: 1);
                throw;
            }
        }
    }

    public static void Holds<T1, T2>(this Gen<(T1, T2)> gen, int times, Action<T1, T2> assert) =>
        gen.Holds(times, pair => assert(pair.Item1, pair.Item2));

    public static async Task HoldsAsync<T>(this Gen<T> gen, int times, Func<T, Task> assert)
    {
        foreach (var (seed, value) in Seeded(gen, times))
        {
            try
            {
                await assert(value);
            }
            catch
            {
                await gen.SampleAsync(assert, seed: seed, iter: Shrinks, threads: 1);
                throw;
            }
        }
    }

    /// <summary>The first values that a test of the property uses.</summary>
    public static IEnumerable<T> Examples<T>(this Gen<T> gen, int count) =>
        Seeded(gen, count).Select(example => example.Value);

    /// <summary>A number from 0 to <paramref name="end"/> minus one.</summary>
    public static int Below(this PCG random, int end) => (int)random.Next((uint)end);

    private static IEnumerable<(string Seed, T Value)> Seeded<T>(Gen<T> gen, int count)
    {
        var random = new PCG(stream: 0, seed: 1);
        for (var i = 0; i < count; i++)
            yield return (random.ToString(), gen.Generate(random, null, out _));
    }
}
