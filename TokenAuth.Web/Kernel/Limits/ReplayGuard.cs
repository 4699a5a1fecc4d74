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
}
