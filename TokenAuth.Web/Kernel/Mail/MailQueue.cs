using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Mail;

/// <summary>A queued message that this node has taken to send it.</summary>
/// <param name="Attempts">The number of this attempt. It tells this node's lease from a later one.</param>
internal sealed record LeasedMail(
    long Id, long? AccountId, string Kind, string ProtectedContent, DateTimeOffset ExpiresAt, int Attempts);

/// <summary>A queued message, as administrators see it: without its text and its recipient.</summary>
internal sealed record ListedMail
{
    public long Id { get; init; }

    public string Kind { get; init; } = "";

    public long? AccountId { get; init; }

    /// <summary>The login name of the account; null if the message belongs to none.</summary>
    public string? Login { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    public string? LastError { get; init; }

    /// <summary>Tells whether a node sends the message now, or has stopped while it did.</summary>
    public bool IsTaken => Attempts > 0 && LastError is null;
}

/// <summary>
/// The messages that wait to be sent, in the store. A node takes a message for <see cref="Lease"/>; if it stops in
/// between, another one takes the message after that. A message may therefore be sent twice, but none is lost.
/// </summary>
/// <remarks>
/// The folder <c>Mail</c> owns the queue of outgoing mail, and sending it. It must not know why a message is sent.
/// </remarks>
internal sealed class MailQueue(
    Store store, SecretProtector secrets, TokenAuthOptions options, Metrics telemetry, TimeProvider clock) : IDisposable
{
    /// <summary>The time that a node has for a message.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Beyond this number, waiting messages are not counted.</summary>
    public const int MaxCount = 10_000;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _added = new(0);

    private readonly string _take =
        $"""
        UPDATE mail_queue SET attempts = attempts + 1, next_attempt_at = @lease, last_error = NULL
        WHERE id = (
            SELECT id FROM mail_queue WHERE next_attempt_at <= @now ORDER BY next_attempt_at, id LIMIT 1
            {store.Locking("FOR UPDATE SKIP LOCKED")})
        RETURNING id, account_id, kind, protected_content, expires_at, attempts
        """;

    /// <summary>Tells whether a mail server is configured.</summary>
    public bool IsOn => options.Mail.Server is not null;

    /// <summary>Creates what <see cref="AddAsync"/> encrypts with. Call it before the transaction.</summary>
    public MailSeal Seal() => new(secrets);

    /// <summary>
    /// Adds a message within the caller's transaction. When that is durable, call <see cref="Added"/>.
    /// </summary>
    /// <param name="kind">What the message is about, such as <c>password_reset_link</c>.</param>
    /// <param name="lifetime">The time after which the message is useless.</param>
    /// <param name="delay">The time until the first attempt; none if it is omitted.</param>
    public async ValueTask AddAsync(
        StoreConnection connection, MailSeal seal, long? accountId, string kind, string content, TimeSpan lifetime,
        TimeSpan delay = default)
    {
        var now = clock.GetUtcNow();
        await connection.ExecuteAsync(
            """
            INSERT INTO mail_queue
              (account_id, kind, protected_content, created_at, expires_at, attempts, next_attempt_at)
            VALUES (@account, @kind, @content, @now, @expires, 0, @next)
            """,
            ("@account", accountId), ("@kind", kind), ("@content", seal.Seal(content)), ("@now", now),
            ("@expires", now + lifetime), ("@next", now + delay));
    }

    /// <summary>Counts messages whose transaction is durable, and has them sent soon.</summary>
    public void Added(int messages)
    {
        telemetry.Mail("queued", messages);
        if (messages > 0 && _added.CurrentCount == 0)
            _added.Release();
    }

    /// <summary>Waits until a message is added in this process, or for a time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var elapsed = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, cancellation);
        await _added.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Counts the messages that wait, up to <see cref="MaxCount"/>, and tells whether one of them is due.
    /// </summary>
    public ValueTask<(int Waiting, bool IsDue)> LookAsync(CancellationToken cancellation) => store.ReadAsync(
        async connection => (
            await connection.FirstAsync(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM mail_queue LIMIT {MaxCount}) AS waiting",
                row => (int)row.GetInt64(0)),
            await connection.FirstAsync(
                "SELECT 1 FROM mail_queue WHERE next_attempt_at <= @now LIMIT 1",
                _ => true,
                ("@now", clock.GetUtcNow()))),
        cancellation);

    /// <summary>Takes the message that is due for the longest time; null if none is due.</summary>
    public ValueTask<LeasedMail?> TakeAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return store.WriteAsync(
            connection => connection.FirstAsync(
                _take,
                row => new LeasedMail(
                    row.GetInt64(0), row.NumberOrNull(1), row.GetString(2), row.GetString(3), row.Instant(4),
                    row.GetInt32(5)),
                ("@lease", now + Lease), ("@now", now)),
            cancellation);
    }

    /// <summary>Decrypts a message; null if that is no longer possible.</summary>
    public string? Open(LeasedMail mail) => MailSeal.TryOpen(secrets, mail.ProtectedContent);

    /// <summary>
    /// Removes a message within the caller's transaction. False if this node's lease has ended and another node has
    /// taken the message.
    /// </summary>
    public static async ValueTask<bool> RemoveAsync(StoreConnection connection, LeasedMail mail) =>
        await connection.ExecuteAsync(
            "DELETE FROM mail_queue WHERE id = @id AND attempts = @attempts",
            ("@id", mail.Id), ("@attempts", (long)mail.Attempts)) == 1;

    /// <summary>Removes a message that was sent, or will never be.</summary>
    public async Task RemoveAsync(LeasedMail mail) =>
        await store.WriteAsync(connection => RemoveAsync(connection, mail), CancellationToken.None);

    /// <summary>Has a message tried again, each time after a longer wait.</summary>
    public async Task PostponeAsync(LeasedMail mail, string why) => await store.WriteAsync(
        connection => connection.ExecuteAsync(
            """
            UPDATE mail_queue SET next_attempt_at = @next, last_error = @why
            WHERE id = @id AND attempts = @attempts
            """,
            ("@next", clock.GetUtcNow() + DelayAfter(mail.Attempts)), ("@why", why), ("@id", mail.Id),
            ("@attempts", (long)mail.Attempts)),
        CancellationToken.None);

    /// <summary>
    /// Returns the wait after an attempt: 30 seconds, then twice as long each time, up to 15 minutes.
    /// </summary>
    public static TimeSpan DelayAfter(int attempts) =>
        attempts >= 6 ? MaxDelay : FirstDelay * (1 << (attempts - 1));

    /// <summary>Lists the waiting messages, the next one first.</summary>
    public async Task<IReadOnlyList<ListedMail>> ListAsync(int limit, CancellationToken cancellation) =>
        await store.QueryAsync<ListedMail>(
            """
            SELECT q.id, q.kind, q.account_id, a.user_name AS login, q.created_at, q.expires_at, q.attempts,
                   q.next_attempt_at, q.last_error
            FROM mail_queue q LEFT JOIN accounts a ON a.id = q.account_id
            ORDER BY q.next_attempt_at, q.id LIMIT @limit
            """,
            cancellation,
            ("@limit", (long)limit));

    /// <summary>Makes a message due now. False if it is gone, or a node sends it now.</summary>
    public async Task<bool> RetryAsync(long id, CancellationToken cancellation)
    {
        var isDue = await store.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                UPDATE mail_queue SET next_attempt_at = @now
                WHERE id = @id AND (attempts = 0 OR last_error IS NOT NULL)
                """,
                ("@now", clock.GetUtcNow()), ("@id", id)),
            cancellation) == 1;
        if (isDue && _added.CurrentCount == 0)
            _added.Release();
        return isDue;
    }

    /// <summary>Removes a message unsent. False if it is gone.</summary>
    public async Task<bool> DropAsync(long id, CancellationToken cancellation) => await store.WriteAsync(
        connection => connection.ExecuteAsync("DELETE FROM mail_queue WHERE id = @id", ("@id", id)),
        cancellation) == 1;

    public void Dispose() => _added.Dispose();
}
