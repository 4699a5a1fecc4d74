using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>Lets a thing (a nonce, a challenge, a signature) be used once until it expires, over all nodes and restarts.</summary>
internal sealed class ReplayGuard(Store store)
{
    /// <summary>True the first time, durably; false ever after.</summary>
    /// <param name="purpose">Keeps the things of different dialects apart; holds no line break.</param>
    /// <param name="expiresAt">From when on the thing is refused for its age, so that it need not be remembered.</param>
    public async ValueTask<bool> TryUseAsync(string purpose, string thing, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        await store.WriteAsync(connection => TryUseAsync(connection, purpose, thing, expiresAt), cancellation);

    /// <summary>The same as part of a larger transaction.</summary>
    public static async ValueTask<bool> TryUseAsync(StoreConnection connection, string purpose, string thing, DateTimeOffset expiresAt) => await connection.ExecuteAsync(
        "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, @expires) ON CONFLICT (subject_hash) DO NOTHING",
        ("@subject", ThingHash(purpose, thing)), ("@expires", expiresAt)) == 1;

    /// <summary>What <see cref="UseInOrderAsync"/> would say now; nothing is used.</summary>
    public async ValueTask<ReplayResult> CheckInOrderAsync(
        string purpose, string stream, DateTimeOffset instant, TimeSpan tolerance, string thing, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var (highest, isUsed) = await store.ReadAsync(
            connection => connection.FirstAsync(
                """
                SELECT (SELECT highest FROM replays WHERE subject_hash = @stream),
                       (SELECT COUNT(*) FROM replays WHERE subject_hash = @thing)
                """,
                row => (row.InstantOrNull(0), row.GetInt64(1) > 0),
                ("@stream", StreamHash(purpose, stream)), ("@thing", ThingHash(purpose, thing))),
            cancellation);
        return IsOver(highest, instant, tolerance, expiresAt) ? ReplayResult.OutOfOrder : isUsed ? ReplayResult.Used : ReplayResult.Fresh;
    }

    /// <summary>
    /// Uses a thing that belongs to a stream whose instants rise: refused where it was used, or where its instant lies before
    /// the highest that the stream has seen, less some tolerance. Both are recorded in one transaction.
    /// </summary>
    public async Task<ReplayResult> UseInOrderAsync(
        string purpose, string stream, DateTimeOffset instant, TimeSpan tolerance, string thing, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var streamHash = StreamHash(purpose, stream);
        return await store.WriteAsync(
            async connection =>
            {
                var highest = await connection.FirstAsync(
                    "SELECT highest FROM replays WHERE subject_hash = @subject", row => row.InstantOrNull(0), ("@subject", streamHash));
                if (IsOver(highest, instant, tolerance, expiresAt))
                    return ReplayResult.OutOfOrder;
                if (!await TryUseAsync(connection, purpose, thing, expiresAt))
                    return ReplayResult.Used;
                await connection.ExecuteAsync(
                    """
                    INSERT INTO replays (subject_hash, expires_at, highest) VALUES (@subject, @expires, @instant)
                    ON CONFLICT (subject_hash) DO UPDATE SET
                      expires_at = CASE WHEN replays.highest < excluded.highest OR replays.highest > excluded.expires_at THEN excluded.expires_at ELSE replays.expires_at END,
                      highest = CASE WHEN replays.highest < excluded.highest OR replays.highest > excluded.expires_at THEN excluded.highest ELSE replays.highest END
                    """,
                    ("@subject", streamHash), ("@expires", expiresAt), ("@instant", instant));
                return ReplayResult.Fresh;
            },
            cancellation);
    }

    /// <summary>A stream that is further on than this thing lives was written by a clock that was wrong, and does not count.</summary>
    private static bool IsOver(DateTimeOffset? highest, DateTimeOffset instant, TimeSpan tolerance, DateTimeOffset expiresAt) =>
        highest - tolerance > instant && highest <= expiresAt;

    private static byte[] ThingHash(string purpose, string thing) => TokenHash.Of($"{purpose}\n{thing}");

    private static byte[] StreamHash(string purpose, string stream) => TokenHash.Of($"{purpose} stream\n{stream}");
}

internal enum ReplayResult
{
    Fresh,
    Used,
    OutOfOrder,
}
