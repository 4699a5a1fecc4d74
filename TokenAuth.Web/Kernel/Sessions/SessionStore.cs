using System.Data.Common;
using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Issues, checks, extends and ends sessions. The store has only the SHA-256 of a presented text.
/// The folder <c>Sessions</c> owns handshakes, consents and sessions: issue, check, extend, end. It must not know the
/// format of a token.
/// </summary>
internal sealed partial class SessionStore(
    Store store, CacheInvalidator invalidator, SessionUses uses, SecretProtector secrets, SecurityLog events,
    TokenAuthOptions options, TimeProvider clock, Metrics telemetry)
{
    private readonly RowCache<SessionRow> _byHash = new(
        store.Query(SessionRow.ByHash, row => SessionRow.Map(row, options.Browser.MaxLifetime)), invalidator,
        found => found.Session.AccountId);

    private readonly string _insert = SessionInsertion.OfAccount(store);

    /// <summary>
    /// Issues a session of an account, and returns true once it is durable. Returns false, and issues none, if the
    /// session's proof has become invalid.
    /// </summary>
    public Task<bool> IssueAsync(NewSession session, CancellationToken cancellation) =>
        InsertAsync(Row(session), session, cancellation);

    /// <summary>
    /// Checks and uses the session with this text in this dialect and of this application, and extends one with sliding
    /// expiration. Returns <see cref="FaultKind.SessionUnusable"/> if it is not valid, or
    /// <see cref="FaultKind.AccountClosed"/> if only its account prevents its use.
    /// </summary>
    public async ValueTask<Outcome<ActiveSession>> CheckAsync(
        string dialect, long? applicationId, string text, CancellationToken cancellation)
    {
        var check = await FindAsync(dialect, applicationId, text, cancellation);
        return check.Succeeded(out var session, out var fault) ? await ExtendAsync(session, cancellation) : fault;
    }

    /// <summary>
    /// Looks a session up without extending it, for dialects that check the signature afterwards: an unsigned call must
    /// not extend a session.
    /// </summary>
    /// <param name="needsSecret">
    /// Tells whether the caller needs the session's own secret. If a cached row has none, the store is read: another
    /// node may just have created it.
    /// </param>
    public async ValueTask<Outcome<ActiveSession>> FindAsync(
        string dialect, long? applicationId, string text, CancellationToken cancellation, bool needsSecret = false)
    {
        var hash = TokenHash.Of(text);

        // A cached row may only say yes. A refusal, a missing secret and a due extension are decided by the store.
        var check = _byHash.Cached(hash) is { } cached && !(needsSecret && cached.Session.ProtectedSecret is null)
            ? SessionRow.Check(cached, dialect, applicationId, clock.GetUtcNow())
            : FaultKind.SessionUnusable;
        if (!check.Succeeded(out var session, out _) || session.ExtendBy is not null)
        {
            var stored = await _byHash.FindAsync(hash, cancellation);
            check = SessionRow.Check(stored, dialect, applicationId, clock.GetUtcNow());
        }

        telemetry.SessionChecked(dialect, good: check.Succeeded(out _, out _));
        return check;
    }

    /// <summary>
    /// Uses a session that was looked up. Extends one with sliding expiration; notes the use of any other once an hour.
    /// </summary>
    public async ValueTask<ActiveSession> ExtendAsync(ActiveSession session, CancellationToken cancellation)
    {
        if (session.ExtendBy is not { } lifetime)
        {
            if (session.UseDue is { } last)
                uses.Note(session.Id, last);
            return session;
        }

        var now = clock.GetUtcNow();
        var until = session.EndsBy < now + lifetime ? session.EndsBy : now + lifetime;
        try
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync(
                    """
                    UPDATE sessions SET last_used_at = @now, expires_at = @until
                    WHERE id = @id AND last_used_at < @now
                    """,
                    ("@now", now), ("@until", until), ("@id", session.Id)),
                cancellation);
        }
        catch (DbException)
        {
            // The store cannot be written: it is read-only, full or unreachable. The session is still valid, and is
            // extended another time.
            return session;
        }

        invalidator.Invalidate(session.AccountId);
        return session with { ExpiresAt = until, ExtendBy = null };
    }

    /// <summary>Returns the session's own secret; null if it has none.</summary>
    public string? SecretOf(ActiveSession session) =>
        session.ProtectedSecret is { } stored ? secrets.Unprotect(stored) : null;

    /// <summary>
    /// Returns the session's own secret, and creates it from the candidate if it has none. A repeated call returns the
    /// same one.
    /// </summary>
    public async Task<string> SecretOrNewAsync(ActiveSession session, string candidate, CancellationToken cancellation)
    {
        var made = secrets.Protect(candidate);
        var stored = await store.WriteAsync(
            connection => connection.FirstAsync(
                """
                UPDATE sessions SET protected_secret = COALESCE(protected_secret, @made)
                WHERE id = @id RETURNING protected_secret
                """,
                row => row.GetString(0), ("@made", made), ("@id", session.Id)),
            cancellation);
        invalidator.Invalidate(session.AccountId);
        return secrets.Unprotect(stored ?? made);
    }

    /// <summary>Ends one session. True if it existed. If an account is given, it must own the session.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts, if it is not the owner.</param>
    public async Task<bool> EndAsync(
        long id, long? accountId, IPAddress? from, CancellationToken cancellation, long? by = null)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                var ended = await connection.ListAsync(
                    """
                    DELETE FROM sessions WHERE id = @id AND (account_id = @account OR @account IS NULL)
                    RETURNING dialect, account_id, application_id
                    """,
                    row => (
                        Dialect: row.GetString(0),
                        AccountId: row.NumberOrNull(1),
                        ApplicationId: row.NumberOrNull(2)),
                    ("@id", id), ("@account", accountId));
                foreach (var (dialect, owner, application) in ended)
                {
                    happened.Add(
                        new SecurityEvent(EventKind.SessionEnded, owner, application, dialect, from) { ActorId = by });
                }

                return ended;
            },
            cancellation);
        if (ended is not [var session])
            return false;
        invalidator.Invalidate(session.AccountId);
        telemetry.SessionsEnded(session.Dialect);
        return true;
    }

    /// <summary>
    /// Creates the row of a new session, outside of the transaction, so that a retry writes the same row.
    /// </summary>
    public Session Row(NewSession session)
    {
        var now = clock.GetUtcNow();
        return new Session
        {
            TokenHash = TokenHash.Of(session.Text),
            Dialect = session.Dialect,
            ApplicationId = session.ApplicationId,
            AccountId = session.AccountId,
            ProtectedSecret = session.Secret is { } secret ? secrets.Protect(secret) : null,
            Permissions = session.Permissions,
            AccountKeyId = session.AccountKeyId,
            BoundTo = session.IsBound ? session.OpenedFrom.ToString() : null,
            CreatedAt = now,
            LastUsedAt = now,
            OpenedFrom = session.OpenedFrom.ToString(),
            ExpiresAt = now + session.Lifetime,
            SlidesBy = session.Slides ? session.Lifetime : null,
            ProvedAt = session.ProvedAt,
        };
    }

    /// <summary>Counts and records a session that was issued.</summary>
    /// <param name="detail">
    /// The namespace and name of an application's user; for an account, the upstream provider through which the person
    /// signed in, if any.
    /// </param>
    public void Issued(string dialect, long? accountId, long? applicationId, IPAddress from, string? detail = null)
    {
        telemetry.SessionIssued(dialect);
        events.Add(new SecurityEvent(EventKind.SignIn, accountId, applicationId, dialect, from, detail));
    }

    private async Task<bool> InsertAsync(Session row, NewSession session, CancellationToken cancellation)
    {
        var isWritten = await store.ApplyAsync(
            [
                new SqlStatement(
                    _insert,
                    [
                        .. SessionInsertion.Parameters(row),
                        ("@account", row.AccountId),
                        ("@active", (long)AccountState.Active),
                        ("@stamp", session.Stamp),
                        ("@parent", session.ParentId),
                    ]),
            ],
            _ => true, cancellation);
        if (isWritten)
            Issued(row.Dialect, row.AccountId, row.ApplicationId, session.OpenedFrom, session.Detail);
        return isWritten;
    }
}
