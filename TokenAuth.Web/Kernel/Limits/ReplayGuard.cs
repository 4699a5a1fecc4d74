using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Limits;

/// <summary>Lets a thing (a nonce, a challenge, a signature) be used once until it expires, over all nodes and restarts.</summary>
internal sealed class ReplayGuard(Store store)
{
    /// <summary>True the first time, durably; false ever after.</summary>
    /// <param name="purpose">Keeps the things of different dialects apart; holds no line break.</param>
    /// <param name="expiresAt">From when on the thing is refused for its age, so that it need not be remembered.</param>
    public async ValueTask<bool> TryUseAsync(string purpose, string thing, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, @expires) ON CONFLICT (subject_hash) DO NOTHING",
                ("@subject", TokenText.Hash($"{purpose}\n{thing}")), ("@expires", expiresAt)),
            cancellation) == 1;

    /// <summary>Whether the thing was used already.</summary>
    public async ValueTask<bool> IsUsedAsync(string purpose, string thing, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT 1 FROM replays WHERE subject_hash = @subject", _ => true, ("@subject", TokenText.Hash($"{purpose}\n{thing}"))),
            cancellation);

    /// <summary>
    /// Uses a thing that belongs to a stream whose instants rise: refused where it was used, or where its instant lies before
    /// the highest that the stream has seen, less some tolerance. Both are recorded in one transaction.
    /// </summary>
    public async Task<ReplayVerdict> UseInOrderAsync(
        string purpose, string stream, DateTimeOffset instant, TimeSpan tolerance, string thing, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        var (streamHash, thingHash) = (TokenText.Hash($"{purpose} stream\n{stream}"), TokenText.Hash($"{purpose}\n{thing}"));
        return await store.WriteAsync(
            async connection =>
            {
                var highest = await connection.FirstAsync(
                    "SELECT highest FROM replays WHERE subject_hash = @subject", row => row.InstantOrNull(0), ("@subject", streamHash));
                if (highest - tolerance > instant)
                    return ReplayVerdict.OutOfOrder;
                var isNew = await connection.ExecuteAsync(
                    "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, @expires) ON CONFLICT (subject_hash) DO NOTHING",
                    ("@subject", thingHash), ("@expires", expiresAt)) == 1;
                if (!isNew)
                    return ReplayVerdict.Used;
                await connection.ExecuteAsync(
                    """
                    INSERT INTO replays (subject_hash, expires_at, highest) VALUES (@subject, @expires, @instant)
                    ON CONFLICT (subject_hash) DO UPDATE SET
                      expires_at = CASE WHEN replays.highest < excluded.highest THEN excluded.expires_at ELSE replays.expires_at END,
                      highest = CASE WHEN replays.highest < excluded.highest THEN excluded.highest ELSE replays.highest END
                    """,
                    ("@subject", streamHash), ("@expires", expiresAt), ("@instant", instant));
                return ReplayVerdict.Fresh;
            },
            cancellation);
    }
}

internal enum ReplayVerdict
{
    Fresh,
    Used,
    OutOfOrder,
}
