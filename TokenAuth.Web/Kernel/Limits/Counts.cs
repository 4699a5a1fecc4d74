using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>The number of free events in a window. Each further event starts a block.</summary>
internal sealed record Rule(int Free, TimeSpan Window, TimeSpan Block);

/// <summary>A row of the table <c>throttles</c>, and the instant when it was read.</summary>
internal sealed record Count(
    byte[] Subject, int Times, DateTimeOffset WindowStartedAt, DateTimeOffset BlockedUntil, DateTimeOffset ExpiresAt,
    DateTimeOffset Now)
{
    /// <summary>Later instants were written by a wrong clock and do not count.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(2);

    /// <summary>The remaining time of the block; zero if there is none.</summary>
    public TimeSpan BlockedFor =>
        BlockedUntil > Now && BlockedUntil <= Now + MaxClockSkew ? BlockedUntil - Now : TimeSpan.Zero;

    /// <summary>Checks whether events are counted in a window that has not ended.</summary>
    public bool IsCounting(Rule rule) =>
        Times > 0 && WindowStartedAt > Now - rule.Window && WindowStartedAt <= Now + MaxClockSkew;
}

/// <summary>Reads and changes the counts in the table <c>throttles</c>.</summary>
internal static class Counts
{
    private const string Columns = "subject_hash, failures, window_started_at, blocked_until, expires_at";

    /// <summary>
    /// Reads the counts of these subjects. A subject that is null or has no count has no row in the result.
    /// </summary>
    public static ValueTask<List<Count>> ReadCountsAsync(
        this StoreConnection connection,
        byte[] first,
        byte[] second,
        byte[]? third,
        byte[] fourth,
        byte[] fifth,
        byte[]? sixth,
        DateTimeOffset now) =>
        connection.ListAsync(
            $"SELECT {Columns} FROM throttles WHERE subject_hash IN (@first, @second, @third, @fourth, @fifth, @sixth)",
            row => Of(row, now),
            ("@first", first),
            ("@second", second),
            ("@third", third),
            ("@fourth", fourth),
            ("@fifth", fifth),
            ("@sixth", sixth));

    /// <summary>Reads the count of one subject; null if there is none.</summary>
    public static ValueTask<Count?> ReadCountAsync(
        this StoreConnection connection, byte[] subject, DateTimeOffset now) =>
        connection.FirstAsync(
            $"SELECT {Columns} FROM throttles WHERE subject_hash = @subject", row => Of(row, now),
            ("@subject", subject));

    /// <summary>Counts one event, and starts a block if it exceeds the free ones.</summary>
    public static async ValueTask<Count> CountAsync(
        this StoreConnection connection, byte[] subject, Rule rule, DateTimeOffset now) =>
        (await connection.FirstAsync(
            $"""
            INSERT INTO throttles ({Columns}) VALUES (@subject, 1, @now, 0, @expires)
            ON CONFLICT (subject_hash) DO UPDATE SET
              failures = CASE WHEN throttles.window_started_at <= @lapsed
                                OR throttles.window_started_at > @latest
                              THEN 1 ELSE throttles.failures + 1 END,
              window_started_at = CASE WHEN throttles.window_started_at <= @lapsed
                                         OR throttles.window_started_at > @latest
                                       THEN @now ELSE throttles.window_started_at END,
              blocked_until = CASE WHEN throttles.window_started_at > @lapsed AND throttles.window_started_at <= @latest
                                        AND throttles.failures >= @free
                                   THEN @until ELSE throttles.blocked_until END,
              expires_at = @expires
            RETURNING {Columns}
            """,
            row => Of(row, now),
            ("@subject", subject),
            ("@now", now),
            ("@lapsed", now - rule.Window),
            ("@latest", now + Count.MaxClockSkew),
            ("@free", (long)rule.Free),
            ("@until", now + rule.Block),
            ("@expires", now + (rule.Window > rule.Block ? rule.Window : rule.Block))))!;

    /// <summary>Removes one event from the count.</summary>
    public static ValueTask<int> UncountAsync(this StoreConnection connection, byte[] subject) =>
        connection.ExecuteAsync(
            "UPDATE throttles SET failures = failures - 1 WHERE subject_hash = @subject AND failures > 0",
            ("@subject", subject));

    private static Count Of(RowReader row, DateTimeOffset now) =>
        new(row.GetBytes(0), row.GetInt32(1), row.Instant(2), row.Instant(3), row.Instant(4), now);
}
