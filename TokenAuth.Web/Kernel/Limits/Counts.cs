using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>How many of something are free in a window; each further one starts a block.</summary>
internal sealed record Rule(int Free, TimeSpan Window, TimeSpan Block);

/// <summary>A row of the table <c>throttles</c>, and the instant at which it was read.</summary>
internal sealed record Count(byte[] Subject, int Times, DateTimeOffset WindowStartedAt, DateTimeOffset BlockedUntil, DateTimeOffset ExpiresAt, DateTimeOffset Now)
{
    /// <summary>Whatever is further in the future was written by a clock that was wrong, and does not count.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(2);

    /// <summary>How long the block still lasts; zero where there is none.</summary>
    public TimeSpan BlockedFor => BlockedUntil > Now && BlockedUntil <= Now + MaxClockSkew ? BlockedUntil - Now : TimeSpan.Zero;

    /// <summary>Whether anything was counted that has not lapsed.</summary>
    public bool IsCounting(Rule rule) => Times > 0 && WindowStartedAt > Now - rule.Window && WindowStartedAt <= Now + MaxClockSkew;
}

/// <summary>Reads and raises the counts of the table <c>throttles</c>.</summary>
internal static class Counts
{
    private const string Columns = "subject_hash, failures, window_started_at, blocked_until, expires_at";

    /// <summary>What is counted of these subjects; of those that are null, or of which nothing is counted, there is no row.</summary>
    public static ValueTask<List<Count>> ReadCountsAsync(
        this StoreConnection connection, byte[] first, byte[] second, byte[]? third, byte[] fourth, byte[] fifth, byte[]? sixth, DateTimeOffset now) =>
        connection.ListAsync(
            $"SELECT {Columns} FROM throttles WHERE subject_hash IN (@first, @second, @third, @fourth, @fifth, @sixth)",
            row => Of(row, now),
            ("@first", first), ("@second", second), ("@third", third), ("@fourth", fourth), ("@fifth", fifth), ("@sixth", sixth));

    /// <summary>Counts one more, and starts a block where it is no longer free.</summary>
    public static async ValueTask<Count> CountAsync(this StoreConnection connection, byte[] subject, Rule rule, DateTimeOffset now) =>
        (await connection.FirstAsync(
            $"""
            INSERT INTO throttles ({Columns}) VALUES (@subject, 1, @now, 0, @expires)
            ON CONFLICT (subject_hash) DO UPDATE SET
              failures = CASE WHEN throttles.window_started_at <= @lapsed OR throttles.window_started_at > @furthest
                              THEN 1 ELSE throttles.failures + 1 END,
              window_started_at = CASE WHEN throttles.window_started_at <= @lapsed OR throttles.window_started_at > @furthest
                                       THEN @now ELSE throttles.window_started_at END,
              blocked_until = CASE WHEN throttles.window_started_at > @lapsed AND throttles.window_started_at <= @furthest
                                        AND throttles.failures >= @free
                                   THEN @until ELSE throttles.blocked_until END,
              expires_at = @expires
            RETURNING {Columns}
            """,
            row => Of(row, now),
            ("@subject", subject), ("@now", now), ("@lapsed", now - rule.Window), ("@furthest", now + Count.MaxClockSkew),
            ("@free", (long)rule.Free), ("@until", now + rule.Block), ("@expires", now + (rule.Window > rule.Block ? rule.Window : rule.Block))))!;

    /// <summary>Takes one back.</summary>
    public static ValueTask<int> UncountAsync(this StoreConnection connection, byte[] subject) => connection.ExecuteAsync(
        "UPDATE throttles SET failures = failures - 1 WHERE subject_hash = @subject AND failures > 0", ("@subject", subject));

    private static Count Of(RowReader row, DateTimeOffset now) =>
        new(row.GetBytes(0), row.GetInt32(1), row.Instant(2), row.Instant(3), row.Instant(4), now);
}
