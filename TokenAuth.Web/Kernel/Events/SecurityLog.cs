using System.Data.Common;
using System.Text.Json;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Events;

/// <summary>
/// The security event log. A change and its event are written in one transaction (<see cref="WriteAsync"/>). Sign-ins and
/// failures are too many for that: they wait up to a second and are written in batches (<see cref="Add"/>). Each event is
/// one line of the server's log, too.
/// </summary>
internal sealed partial class SecurityLog(Store store, TimeProvider clock, ILogger<SecurityLog> logger) : IDisposable
{
    /// <summary>How many rows one statement inserts; the rest of a batch goes one by one.</summary>
    private const int RowsPerStatement = 50;

    private static readonly string[] Columns =
        ["occurred_at", "kind", "account_id", "application_id", "dialect", "address", "detail", "count"];

    private static readonly string InsertOne = Insertion(1);
    private static readonly string InsertMany = Insertion(RowsPerStatement);

    private readonly EventBacklog _backlog = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>The name that the store and the command line have for a kind.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>Records an event that needs no transaction. It is in the store within a second, or after <see cref="FlushAsync"/>.</summary>
    public void Add(SecurityEvent happened) => _backlog.Add(happened, clock.GetUtcNow());

    /// <summary>
    /// Runs a unit of work in a transaction, together with the events that it records. Like every unit it may run more than
    /// once; only the events of the run that was committed count.
    /// </summary>
    public async ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ICollection<SecurityEvent>, ValueTask<T>> unit, CancellationToken cancellation)
    {
        List<SecurityEvent> happened = [];
        var result = await store.WriteAsync(
            async connection =>
            {
                happened = [];
                var result = await unit(connection, happened);
                foreach (var one in happened)
                    await connection.ExecuteAsync(InsertOne, Values(0, one, clock.GetUtcNow(), count: 1));
                return result;
            },
            cancellation);
        foreach (var one in happened)
            Log(one, count: 1);
        return result;
    }

    /// <summary>Writes what waits. What could not be written waits for the next time.</summary>
    /// <exception cref="DbException">The store did not take it.</exception>
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

    private async Task WriteBatchAsync((SecurityEvent Event, DateTimeOffset At, long Count)[] batch, CancellationToken cancellation)
    {
        await store.WriteAsync(
            async connection =>
            {
                foreach (var chunk in batch.Chunk(RowsPerStatement))
                {
                    if (chunk.Length == RowsPerStatement)
                    {
                        await connection.ExecuteAsync(
                            InsertMany, [.. chunk.SelectMany((one, place) => Values(place, one.Event, one.At, one.Count))]);
                        continue;
                    }

                    foreach (var (happened, at, count) in chunk)
                        await connection.ExecuteAsync(InsertOne, Values(0, happened, at, count));
                }

                return batch.Length;
            },
            cancellation);
        foreach (var (happened, _, count) in batch)
            Log(happened, count);
    }

    private void Log(SecurityEvent happened, long count) => LogEvent(
        NameOf(happened.Kind), happened.AccountId, happened.ApplicationId, happened.Dialect, happened.From?.ToString(), happened.Detail, count);

    private static string Insertion(int rows) =>
        $"INSERT INTO security_events ({string.Join(", ", Columns)}) VALUES "
        + string.Join(", ", Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", Columns.Select(column => $"@{column}{row}"))})"));

    private static SqlParameter[] Values(int place, SecurityEvent happened, DateTimeOffset at, long count) =>
    [
        ($"@occurred_at{place}", at), ($"@kind{place}", NameOf(happened.Kind)), ($"@account_id{place}", happened.AccountId),
        ($"@application_id{place}", happened.ApplicationId), ($"@dialect{place}", happened.Dialect),
        ($"@address{place}", happened.From?.ToString()), ($"@detail{place}", happened.Detail), ($"@count{place}", count),
    ];

    [LoggerMessage(LogLevel.Information,
        "Security event {Event}: account {Account}, application {Application}, dialect {Dialect}, from {Address}, {Detail}, {Count} times")]
    private partial void LogEvent(
        string @event, long? account, long? application, string? dialect, string? address, string? detail, long count);
}
