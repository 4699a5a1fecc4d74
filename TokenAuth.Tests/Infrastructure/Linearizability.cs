namespace TokenAuth.Tests.Infrastructure;

/// <summary>An operation of a concurrent history.</summary>
/// <param name="Started">When it started, as a number that grows from event to event.</param>
/// <param name="Ended">When its answer came.</param>
/// <param name="Apply">
/// Returns the state after the operation; null if it could not have had its result in that state.
/// </param>
/// <param name="Name">What it did and its result, for messages.</param>
internal sealed record Operation<TState>(long Started, long Ended, Func<TState, TState?> Apply, string Name = "")
    where TState : struct;

/// <summary>
/// Checks a concurrent history against a sequential model: whether the operations, in an order that keeps apart those
/// that did not overlap, have the results that the model gives (Herlihy and Wing 1990; the search is Wing and Gong's).
/// </summary>
internal static class Linearizability
{
    private const int MaxOperations = 62;

    /// <param name="start">The state before the history. Needs equality by value.</param>
    public static bool Holds<TState>(TState start, IReadOnlyList<Operation<TState>> history)
        where TState : struct
    {
        if (history.Count > MaxOperations)
            throw new ArgumentOutOfRangeException(nameof(history), history.Count, "Too many operations.");
        return Holds(start, history, done: 0, []);
    }

    /// <summary>Returns a history as text, one operation in a line, in the order in which they started.</summary>
    public static string Describe<TState>(IEnumerable<Operation<TState>> history)
        where TState : struct => string.Join(
        '\n',
        history.OrderBy(operation => operation.Started).Select(
            operation => $"{operation.Started} to {operation.Ended}: {operation.Name}"));

    private static bool Holds<TState>(
        TState state, IReadOnlyList<Operation<TState>> history, long done, HashSet<(long, TState)> failed)
        where TState : struct
    {
        if (done == (1L << history.Count) - 1)
            return true;
        if (failed.Contains((done, state)))
            return false;
        var firstAnswer = history.Where((_, i) => !IsDone(i)).Min(operation => operation.Ended);
        for (var i = 0; i < history.Count; i++)
        {
            if (!IsDone(i)
                && history[i].Started <= firstAnswer
                && history[i].Apply(state) is { } next
                && Holds(next, history, done | (1L << i), failed))
                return true;
        }

        failed.Add((done, state));
        return false;

        bool IsDone(int i) => (done >> i & 1) == 1;
    }
}
