using System.Data.Common;
using System.Text.Json;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Events;

/// <summary>
/// Writes the security event log. A change and its event share a transaction (<see cref="WriteAsync"/>). Sign-ins and
/// failures are too many for that: they wait up to a second and are written in batches (<see cref="Add"/>). Each event
/// is also a line of the server's log.
/// The folder <c>Events</c> owns the security event log. It must not know secrets, nor login names that no account has.
/// </summary>
internal sealed partial class SecurityLog(
    Store store, HourlyCounts counts, TimeProvider clock, ILogger<SecurityLog> logger, IEventFollower? follower = null)
    : IDisposable
{
    /// <summary>
    /// The number of rows that one statement inserts. The remainder of a batch is inserted row by row.
    /// </summary>
    private const int RowsPerStatement = 50;

    private static readonly string[] Columns =
        ["occurred_at", "kind", "account_id", "application_id", "dialect", "address", "detail", "actor_id", "count"];

    private static readonly string InsertOne = Insertion(1);
    private static readonly string InsertMany = Insertion(RowsPerStatement);

    private readonly EventBacklog _backlog = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>The number of different events that wait to be written.</summary>
    public int Waiting => _backlog.Count;

    /// <summary>Returns the name of a kind in the store and on the command line.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>
    /// Returns a statement that writes an event if a condition holds. It takes <see cref="Values(SecurityEvent,
    /// DateTimeOffset)"/> and the parameters of the condition. Once it is durable, call <see cref="LogWritten"/>.
    /// </summary>
    public static string InsertionIf(string condition) =>
        $"INSERT INTO security_events ({string.Join(", ", Columns)}) "
        + $"SELECT {string.Join(", ", Columns.Select(column => $"@{column}0"))} WHERE {condition}";

    /// <summary>Returns the parameters of <see cref="InsertionIf"/>.</summary>
    public static SqlParameter[] Values(SecurityEvent happened, DateTimeOffset at) => Values(0, happened, at, count: 1);

    /// <summary>Logs an event that was written by a statement of <see cref="InsertionIf"/>.</summary>
    public void LogWritten(SecurityEvent happened) => Log(happened, count: 1);

    /// <summary>
    /// Records an event without a transaction. The store has it within a second, or after <see cref="FlushAsync"/>.
    /// </summary>
    public void Add(SecurityEvent happened)
    {
        _backlog.Add(happened, clock.GetUtcNow());
        if (happened is { Dialect: { } dialect, Kind: var kind })
        {
            if (kind == EventKind.SignIn)
            {
                counts.Add(dialect, CountKind.SignIn);
                if (happened.ApplicationId is { } application)
                    counts.Add(application, dialect, "sign_in");
            }
            else if (kind is EventKind.SignInFailed or EventKind.SignInThrottled)
                counts.Add(dialect, CountKind.Failure);
        }
    }

    /// <summary>
    /// Runs a unit of work and writes the events that it records, in one transaction. The unit may run more than once;
    /// only the events of the committed run count.
    /// </summary>
    public async ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ICollection<SecurityEvent>, ValueTask<T>> unit, CancellationToken cancellation)
    {
        List<SecurityEvent> happened = [];
        var followed = follower?.Begin();
        var result = await store.WriteAsync(
            async connection =>
            {
                happened = [];
                var result = await unit(connection, happened);
                var now = clock.GetUtcNow();
                await InsertAsync(connection, happened.Select(one => (one, now, 1L)));
                if (followed is not null)
                    await followed.RecordAsync(connection, happened.Select(one => (one, now)));
                return result;
            },
            cancellation);
        followed?.Committed();
        foreach (var one in happened)
            Log(one, count: 1);
        return result;
    }

    /// <summary>Writes the waiting events. Events that could not be written keep waiting.</summary>
    /// <exception cref="DbException">The store could not be written.</exception>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var waiting = _backlog.TakeAll();
            var written = 0;
            try
            {
                foreach (var batch in waiting.Chunk(RowsPerStatement * 10))
                {
                    await WriteBatchAsync(batch, cancellation);
                    written += batch.Length;
                }
            }
            catch
            {
                foreach (var (happened, at, count) in waiting.Skip(written))
                    _backlog.Add(happened, at, count);
                throw;
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    public void Dispose() => _flushing.Dispose();

    private async Task WriteBatchAsync(
        (SecurityEvent Event, DateTimeOffset At, long Count)[] batch, CancellationToken cancellation)
    {
        var followed = follower?.Begin();
        await store.WriteAsync(
            async connection =>
            {
                await InsertAsync(connection, batch);
                if (followed is not null)
                    await followed.RecordAsync(connection, batch.Select(one => (one.Event, one.At)));
                return batch.Length;
            },
            cancellation);
        followed?.Committed();
        foreach (var (happened, _, count) in batch)
            Log(happened, count);
    }

    private static async ValueTask InsertAsync(
        StoreConnection connection, IEnumerable<(SecurityEvent Event, DateTimeOffset At, long Count)> rows)
    {
        foreach (var chunk in rows.Chunk(RowsPerStatement))
        {
            if (chunk.Length == RowsPerStatement)
            {
                await connection.ExecuteAsync(
                    InsertMany, [.. chunk.SelectMany((one, row) => Values(row, one.Event, one.At, one.Count))]);
                continue;
            }

            foreach (var (happened, at, count) in chunk)
                await connection.ExecuteAsync(InsertOne, Values(0, happened, at, count));
        }
    }

    private void Log(SecurityEvent happened, long count) => LogEvent(
        NameOf(happened.Kind), happened.AccountId, happened.ApplicationId, happened.Dialect, happened.From?.ToString(),
        happened.Detail, happened.ActorId, count);

    private static string Insertion(int rows) =>
        $"INSERT INTO security_events ({string.Join(", ", Columns)}) VALUES "
        + string.Join(", ", Enumerable.Range(0, rows).Select(Placeholders));

    private static string Placeholders(int row) =>
        $"({string.Join(", ", Columns.Select(column => $"@{column}{row}"))})";

    private static SqlParameter[] Values(int row, SecurityEvent happened, DateTimeOffset at, long count) =>
    [
        ($"@occurred_at{row}", at),
        ($"@kind{row}", NameOf(happened.Kind)),
        ($"@account_id{row}", happened.AccountId),
        ($"@application_id{row}", happened.ApplicationId),
        ($"@dialect{row}", happened.Dialect),
        ($"@address{row}", happened.From?.ToString()),
        ($"@detail{row}", happened.Detail),
        ($"@actor_id{row}", happened.ActorId),
        ($"@count{row}", count),
    ];

    [LoggerMessage(LogLevel.Information,
        "Security event {Event}: account {Account}, application {Application}, dialect {Dialect}, from {Address}, "
        + "{Detail}, administrator {Actor}, {Count} times")]
    private partial void LogEvent(
        string @event, long? account, long? application, string? dialect, string? address, string? detail, long? actor,
        long count);
}
