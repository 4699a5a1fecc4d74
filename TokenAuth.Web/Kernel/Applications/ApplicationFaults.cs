using System.Text.Json;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Applications;

/// <summary>A refused call of an application, without any value that was sent.</summary>
/// <param name="Method">The dialect's own name of the method; null if the call names none that the dialect has.</param>
/// <param name="Number">The error as the dialect writes it.</param>
/// <param name="Parameter">The name of the first parameter that was wrong; null if it was none of them.</param>
internal sealed record ApplicationFault(
    string Dialect, string? Method, string Number, FaultKind Kind, string? Parameter);

/// <summary>
/// Records the last refused calls of each application for its owner, in batches and in the background. API keys are
/// public, so a stranger can make calls fail that seem to be the application's. They are kept apart from those that a
/// signature proves, and equal ones of an hour share a row: there are fewer different ones than rows that are kept.
/// </summary>
internal sealed class ApplicationFaults(Store store, TimeProvider clock) : IDisposable
{
    /// <summary>The number of rows that an application has of each sort, proven or not.</summary>
    public const int MaxRows = 100;

    /// <summary>The time after which the expiry sweep deletes rows.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    /// <summary>The number of different faults that wait on this node. Further ones are dropped.</summary>
    private const int MaxWaiting = 5000;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private Dictionary<Key, (DateTimeOffset At, long Count)> _waiting = [];

    /// <summary>The number of different faults that wait to be written.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Notes a refused call.</summary>
    public void Note(long application, bool isProven, ApplicationFault fault)
    {
        var (key, now) = (new Key(application, isProven, fault), clock.GetUtcNow());
        lock (_lock)
        {
            if (_waiting.TryGetValue(key, out var known))
                _waiting[key] = (now, known.Count + 1);
            else if (_waiting.Count < MaxWaiting)
                _waiting[key] = (now, 1);
        }
    }

    /// <summary>Writes the waiting faults. If that fails, they are dropped: no answer depends on them.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var taken = TakeAll();
            foreach (var batch in taken.Chunk(200))
                await store.WriteAsync(connection => WriteAsync(connection, batch), cancellation);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Lists the last faults of an application, the newest first.</summary>
    public async Task<IReadOnlyList<ApplicationFaultRow>> ListAsync(
        long application, bool isProven, int limit, CancellationToken cancellation) =>
        await store.QueryAsync<ApplicationFaultRow>(
            """
            SELECT id, application_id, occurred_at, dialect, method, number, kind, parameter, is_proven, count
            FROM application_faults WHERE application_id = @application AND is_proven = @proven
            ORDER BY occurred_at DESC, id DESC LIMIT @limit
            """,
            cancellation,
            ("@application", application), ("@proven", isProven), ("@limit", (long)limit));

    public void Dispose() => _flushing.Dispose();

    private List<KeyValuePair<Key, (DateTimeOffset At, long Count)>> TakeAll()
    {
        lock (_lock)
        {
            // Every node updates the shared rows in the same order, so that two of them seldom deadlock. The store
            // retries if they do.
            var taken = _waiting.OrderBy(one => one.Key.Application).ThenBy(one => one.Key.IsProven)
                .ThenBy(one => one.Key.IsProven ? "" : one.Key.Fault.ToString(), StringComparer.Ordinal)
                .ThenBy(one => one.Value.At).ToList();
            _waiting = [];
            return taken;
        }
    }

    private static async ValueTask<int> WriteAsync(
        StoreConnection connection, KeyValuePair<Key, (DateTimeOffset At, long Count)>[] batch)
    {
        foreach (var ((application, isProven, fault), (at, count)) in batch)
        {
            SqlParameter[] parameters =
            [
                ("@application", application), ("@proven", isProven), ("@at", at), ("@dialect", fault.Dialect),
                ("@method", fault.Method), ("@number", fault.Number),
                ("@kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.Kind.ToString())),
                ("@parameter", fault.Parameter), ("@count", count),
            ];
            if (isProven || await connection.ExecuteAsync(
                Repeat, [.. parameters, ("@since", at - TimeSpan.FromHours(1))]) == 0)
                await connection.ExecuteAsync(Insert, parameters);
        }

        foreach (var (application, isProven) in batch.Select(one => (one.Key.Application, one.Key.IsProven)).Distinct())
        {
            await connection.ExecuteAsync(
                Trim, ("@application", application), ("@proven", isProven), ("@max", (long)MaxRows));
        }

        return batch.Length;
    }

    private const string Repeat =
        """
        UPDATE application_faults SET occurred_at = @at, count = count + @count WHERE id IN (
          SELECT id FROM application_faults
          WHERE application_id = @application AND is_proven = @proven AND dialect = @dialect AND number = @number
            AND COALESCE(method, '') = COALESCE(@method, '') AND kind = @kind
            AND COALESCE(parameter, '') = COALESCE(@parameter, '') AND occurred_at > @since
          ORDER BY id DESC LIMIT 1)
        """;

    private const string Insert =
        """
        INSERT INTO application_faults (
          application_id, is_proven, occurred_at, dialect, method, number, kind, parameter, count)
        VALUES (@application, @proven, @at, @dialect, @method, @number, @kind, @parameter, @count)
        """;

    private const string Trim =
        """
        DELETE FROM application_faults WHERE application_id = @application AND is_proven = @proven AND id NOT IN (
          SELECT id FROM application_faults WHERE application_id = @application AND is_proven = @proven
          ORDER BY occurred_at DESC, id DESC LIMIT @max)
        """;

    private readonly record struct Key(long Application, bool IsProven, ApplicationFault Fault);
}
