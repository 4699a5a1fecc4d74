using System.Collections.Concurrent;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>What is counted for each hour and dialect. The store has the names in snake_case.</summary>
internal enum CountKind
{
    /// <summary>A person signed in, or an application or program got a session.</summary>
    SignIn,

    /// <summary>A sign-in failed or was throttled.</summary>
    Failure,

    /// <summary>A session was checked.</summary>
    Check,

    /// <summary>A call was refused.</summary>
    Fault,
}

/// <summary>
/// Counts what happens on this node, for the charts of the administration pages. Counting is one look-up and one atomic
/// increment. Once a minute the counts are taken from here and added to those of the other nodes in the store.
/// </summary>
internal sealed class HourlyCounts
{
    private static readonly int Kinds = Enum.GetValues<CountKind>().Length;

    private readonly ConcurrentDictionary<string, long[]> _byDialect = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(long Application, string Dialect, string Kind), Counter> _byApplication =
        new();

    /// <summary>Counts one event.</summary>
    /// <param name="dialect">The name of a dialect, or <c>browser</c>. It never comes from a caller.</param>
    /// <param name="kind">The kind of event.</param>
    public void Add(string dialect, CountKind kind) =>
        Interlocked.Increment(ref _byDialect.GetOrAdd(dialect, static _ => new long[Kinds])[(int)kind]);

    /// <summary>Counts one event of an application, for its owner.</summary>
    /// <param name="kind">One of the kinds of <c>ApplicationCountRow</c>. It never comes from a caller.</param>
    public void Add(long application, string dialect, string kind) =>
        Interlocked.Increment(
            ref _byApplication.GetOrAdd((application, dialect, kind), static _ => new Counter()).Value);

    /// <summary>Returns the counts of applications since the last call, without zeros.</summary>
    public IReadOnlyList<(long Application, string Dialect, string Kind, long Count)> TakeApplications()
    {
        var taken = new List<(long, string, string, long)>();
        foreach (var ((application, dialect, kind), counter) in _byApplication)
        {
            if (Interlocked.Exchange(ref counter.Value, 0) is > 0 and var count)
                taken.Add((application, dialect, kind, count));
        }

        return taken;
    }

    /// <summary>Returns the counts since the last call, without zeros.</summary>
    public IReadOnlyList<(string Dialect, CountKind Kind, long Count)> TakeAll()
    {
        var taken = new List<(string, CountKind, long)>();
        foreach (var (dialect, counts) in _byDialect)
        {
            for (var kind = 0; kind < Kinds; kind++)
            {
                if (Interlocked.Exchange(ref counts[kind], 0) is > 0 and var count)
                    taken.Add((dialect, (CountKind)kind, count));
            }
        }

        return taken;
    }

    private sealed class Counter
    {
        public long Value;
    }
}
