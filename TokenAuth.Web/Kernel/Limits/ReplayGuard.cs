using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Lets a value (a nonce, a challenge, a signature) be used once until it expires, over all nodes and restarts.
/// </summary>
internal sealed class ReplayGuard(Store store)
{
    private static readonly string Use = UseIf("TRUE");

    /// <summary>Uses a value. Returns true the first time, once that is durable, and false after that.</summary>
    /// <param name="purpose">Separates the values of different dialects. Holds no line break.</param>
    /// <param name="expiresAt">
    /// The time from which the value is refused for its age, so that its record may be deleted.
    /// </param>
    public async ValueTask<bool> TryUseAsync(
        string purpose, string value, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        await store.WriteAsync(connection => TryUseAsync(connection, purpose, value, expiresAt), cancellation);

    /// <summary>Uses a value as part of a larger transaction.</summary>
    public static async ValueTask<bool> TryUseAsync(
        StoreConnection connection, string purpose, string value, DateTimeOffset expiresAt) =>
        await connection.ExecuteAsync(Use, Values(purpose, value, expiresAt)) == 1;

    /// <summary>
    /// Returns a statement that uses a value if a condition holds. The value may be used already. It takes
    /// <see cref="Values"/> and the parameters of the condition.
    /// </summary>
    public static string UseIf(string condition) =>
        $"""
        INSERT INTO replays (subject_hash, expires_at) SELECT @subject, @expires WHERE {condition}
        ON CONFLICT (subject_hash) DO NOTHING
        """;

    /// <summary>Returns the parameters of <see cref="UseIf"/>.</summary>
    public static SqlParameter[] Values(string purpose, string value, DateTimeOffset expiresAt) =>
        [("@subject", ValueHash(purpose, value)), ("@expires", expiresAt)];

    /// <summary>
    /// Returns the result that <see cref="UseInOrderAsync"/> would have now, without using the value.
    /// </summary>
    public async ValueTask<ReplayResult> CheckInOrderAsync(
        string purpose, string stream, DateTimeOffset instant, TimeSpan tolerance, string value,
        DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var (highest, isUsed) = await store.ReadAsync(
            connection => connection.FirstAsync(
                """
                SELECT (SELECT highest FROM replays WHERE subject_hash = @stream),
                       (SELECT COUNT(*) FROM replays WHERE subject_hash = @thing)
                """,
                row => (row.InstantOrNull(0), row.GetInt64(1) > 0),
                ("@stream", StreamHash(purpose, stream)), ("@thing", ValueHash(purpose, value))),
            cancellation);
        return IsOver(highest, instant, tolerance, expiresAt) ? ReplayResult.OutOfOrder
            : isUsed ? ReplayResult.Used
            : ReplayResult.Fresh;
    }

    /// <summary>
    /// Uses a value of a stream whose timestamps rise. It is refused if it was used before, or if its timestamp is
    /// older than the stream's highest timestamp minus a tolerance. Both are recorded in one transaction.
    /// </summary>
    public async Task<ReplayResult> UseInOrderAsync(
        string purpose, string stream, DateTimeOffset instant, TimeSpan tolerance, string value,
        DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var streamHash = StreamHash(purpose, stream);
        return await store.WriteAsync(
            async connection =>
            {
                var highest = await connection.FirstAsync(
                    "SELECT highest FROM replays WHERE subject_hash = @subject",
                    row => row.InstantOrNull(0),
                    ("@subject", streamHash));
                if (IsOver(highest, instant, tolerance, expiresAt))
                    return ReplayResult.OutOfOrder;
                if (!await TryUseAsync(connection, purpose, value, expiresAt))
                    return ReplayResult.Used;
                await connection.ExecuteAsync(
                    """
                    INSERT INTO replays (subject_hash, expires_at, highest) VALUES (@subject, @expires, @instant)
                    ON CONFLICT (subject_hash) DO UPDATE SET
                      expires_at = CASE WHEN replays.highest < excluded.highest OR replays.highest > excluded.expires_at
                                        THEN excluded.expires_at ELSE replays.expires_at END,
                      highest = CASE WHEN replays.highest < excluded.highest OR replays.highest > excluded.expires_at
                                     THEN excluded.highest ELSE replays.highest END
                    """,
                    ("@subject", streamHash), ("@expires", expiresAt), ("@instant", instant));
                return ReplayResult.Fresh;
            },
            cancellation);
    }

    /// <summary>
    /// Checks whether a timestamp is too old for its stream. A stream's timestamp after the value's expiry was written
    /// by a wrong clock and does not count.
    /// </summary>
    private static bool IsOver(
        DateTimeOffset? highest, DateTimeOffset instant, TimeSpan tolerance, DateTimeOffset expiresAt) =>
        highest - tolerance > instant && highest <= expiresAt;

    /// <summary>Returns the subject of a value in the table <c>replays</c>.</summary>
    private static byte[] ValueHash(string purpose, string value) => TokenHash.Of($"{purpose}\n{value}");

    private static byte[] StreamHash(string purpose, string stream) => TokenHash.Of($"{purpose} stream\n{stream}");
}

/// <summary>The result of using a value of a stream.</summary>
internal enum ReplayResult
{
    Fresh,
    Used,
    OutOfOrder,
}
