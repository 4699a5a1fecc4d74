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

/// <summary>Issues, checks and ends sessions. The presented text is never stored, only its SHA-256.</summary>
internal sealed class SessionStore(
    Store store, CacheInvalidator invalidator, SessionUses uses, SecretProtector secrets, SecurityLog events, TokenAuthOptions options, TimeProvider clock,
    Metrics telemetry)
{
    /// <summary>A sliding session's expiry is written at most once in this time.</summary>
    private static readonly TimeSpan ExtendStep = TimeSpan.FromMinutes(1);

    private readonly RowCache<SessionRow> _byHash = new(
        store.Query(SessionRow.ByHash, row => SessionRow.Map(row, options.Browser.MaxLifetime)), invalidator,
        found => found.Session.AccountId);

    /// <summary>Returns once the session is durable.</summary>
    public async Task<DateTimeOffset?> IssueAsync(NewSession session, CancellationToken cancellation)
    {
        var row = Row(session);
        var isWritten = true;
        if (session.Stamp is null && session.AccountKeyId is null)
        {
            await store.InsertAsync(SessionInsertion.Statement + Store.RetrySafe, SessionInsertion.Parameters(row), cancellation);
        }
        else
        {
            isWritten = await store.WriteAsync(
                async connection =>
                {
                    await AccountLock.TakeAsync(connection, row.AccountId!.Value);
                    return await SessionInsertion.ProofIsValidAsync(connection, row, session)
                        && await SessionInsertion.RunAsync(connection, row);
                },
                cancellation);
        }

        if (isWritten)
            Issued(row, session.OpenedFrom);
        return row.ExpiresAt;
    }

    /// <summary>
    /// Issues a session whose text holds its number: the account's next one, never used again. Returns the text once the session
    /// is durable.
    /// </summary>
    /// <param name="session">Its text is not looked at.</param>
    /// <param name="textOf">Makes the text of the number; may be asked more than once.</param>
    public async Task<string> IssueNumberedAsync(NewSession session, Func<long, string> textOf, CancellationToken cancellation)
    {
        var row = Row(session);
        var (text, isWritten) = await store.WriteAsync(
            async connection =>
            {
                var number = await connection.FirstAsync(
                    "UPDATE accounts SET last_session_number = last_session_number + 1 WHERE id = @id RETURNING last_session_number",
                    found => found.GetInt64(0), ("@id", row.AccountId));
                var text = textOf(number);
                return (text, await SessionInsertion.ProofIsValidAsync(connection, row, session)
                    && await SessionInsertion.RunAsync(connection, row with { TokenHash = TokenHash.Of(text), Number = number }));
            },
            cancellation);
        if (isWritten)
            Issued(row, session.OpenedFrom);
        return text;
    }

    /// <summary>Ends sessions of an account in one dialect: those of these numbers, or all.</summary>
    /// <param name="from">Who ends them.</param>
    public async Task EndNumberedAsync(
        long accountId, string dialect, IReadOnlyCollection<long>? numbers, IPAddress from, CancellationToken cancellation)
    {
        var ended = await store.WriteAsync(
            async connection =>
            {
                // A session that is being renewed is written before, and ends, or after, and finds that its parent has ended.
                await AccountLock.TakeAsync(connection, accountId);
                if (numbers is null)
                {
                    return await connection.ListAsync(
                        "DELETE FROM sessions WHERE account_id = @account AND dialect = @dialect RETURNING dialect",
                        row => row.GetString(0), ("@account", accountId), ("@dialect", dialect));
                }

                var ended = new List<string>();
                foreach (var number in numbers)
                {
                    ended.AddRange(await connection.ListAsync(
                        "DELETE FROM sessions WHERE account_id = @account AND dialect = @dialect AND number = @number RETURNING dialect",
                        row => row.GetString(0), ("@account", accountId), ("@dialect", dialect), ("@number", number)));
                }

                return ended;
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        if (ended.Count > 0)
            events.Add(new SecurityEvent(EventKind.SessionEnded, accountId, null, dialect, from, SecurityEvent.SessionsEnded(ended.Count)));
    }

    /// <summary>
    /// The session of this text in this dialect and of this application, if it is good now; a sliding one slides. Otherwise
    /// <see cref="FaultKind.SessionUnusable"/>, or <see cref="FaultKind.AccountClosed"/> where that is all that is wrong.
    /// </summary>
    public async ValueTask<Outcome<ActiveSession>> CheckAsync(string dialect, long? applicationId, string text, CancellationToken cancellation)
    {
        var look = await FindAsync(dialect, applicationId, text, cancellation);
        return look.Succeeded(out var session, out var fault) ? await ExtendAsync(session, cancellation) : fault;
    }

    /// <summary>The same without using it: the caller has still to sign, and who has no secret must keep no session alive.</summary>
    /// <param name="needsSecret">Whether a secret of the session's own is needed; another node may have made it just now.</param>
    public async ValueTask<Outcome<ActiveSession>> FindAsync(
        string dialect, long? applicationId, string text, CancellationToken cancellation, bool needsSecret = false)
    {
        var hash = TokenHash.Of(text);

        // A row that is kept may say yes. A refusal, a secret that is missing and a slide that is due are the store's to say.
        var look = _byHash.Cached(hash) is { } kept && !(needsSecret && kept.Session.ProtectedSecret is null) ? Judge(kept) : FaultKind.SessionUnusable;
        if (!look.Succeeded(out var session, out _) || session.ExtendBy is not null)
            look = Judge(await _byHash.FindAsync(hash, cancellation));
        telemetry.SessionChecked(dialect, good: look.Succeeded(out _, out _));
        return look;

        Outcome<ActiveSession> Judge(SessionRow? found)
        {
            var now = clock.GetUtcNow();
            var isGood = found is { Session: var row, ApplicationIsEnabled: true } && found.Dialect == dialect
                && (applicationId is null || row.ApplicationId == applicationId) && !(row.ExpiresAt <= now);
            if (!isGood)
                return FaultKind.SessionUnusable;
            if (found!.State != AccountState.Active)
                return FaultKind.AccountClosed;
            if (found.SlidesBy is { } life)
                return now - found.LastUsedAt >= ExtendStep ? found.Session with { ExtendBy = life } : found.Session;
            return found.LastUse.IsDue(now) ? found.Session with { UseDue = found.LastUse } : found.Session;
        }
    }

    /// <summary>Uses a session that was looked at: a sliding one slides, of any other the use is noted once an hour.</summary>
    public async ValueTask<ActiveSession> ExtendAsync(ActiveSession session, CancellationToken cancellation)
    {
        if (session.ExtendBy is not { } life)
        {
            if (session.UseDue is { } last)
                uses.Note(session.Id, last);
            return session;
        }

        var now = clock.GetUtcNow();
        var until = session.EndsBy < now + life ? session.EndsBy : now + life;
        try
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync(
                    "UPDATE sessions SET last_used_at = @now, expires_at = @until WHERE id = @id AND last_used_at < @now",
                    ("@now", now), ("@until", until), ("@id", session.Id)),
                cancellation);
        }
        catch (DbException)
        {
            // A store that only reads, or is full: the session is good all the same, and slides another time.
            return session;
        }

        invalidator.Invalidate(session.AccountId);
        return session with { ExpiresAt = until, ExtendBy = null };
    }

    /// <summary>The session's own secret, decrypted, or null where it has none.</summary>
    public string? SecretOf(ActiveSession session) =>
        session.ProtectedSecret is { } kept ? secrets.Unprotect(kept) : null;

    /// <summary>The session's own secret; made now where it had none yet. Asking again gives the same one.</summary>
    public async Task<string> SecretOrNewAsync(ActiveSession session, string candidate, CancellationToken cancellation)
    {
        var made = secrets.Protect(candidate);
        var kept = await store.WriteAsync(
            connection => connection.FirstAsync(
                "UPDATE sessions SET protected_secret = COALESCE(protected_secret, @made) WHERE id = @id RETURNING protected_secret",
                row => row.GetString(0), ("@made", made), ("@id", session.Id)),
            cancellation);
        invalidator.Invalidate(session.AccountId);
        return secrets.Unprotect(kept ?? made);
    }

    /// <summary>Ends one session; true where it was there. The account, where given, must own it.</summary>
    /// <param name="from">Who ends it; null for the command line.</param>
    public async Task<bool> EndAsync(long id, long? accountId, IPAddress? from, CancellationToken cancellation)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                var ended = await connection.ListAsync(
                    "DELETE FROM sessions WHERE id = @id AND (account_id = @account OR @account IS NULL) RETURNING dialect, account_id, application_id",
                    row => (Dialect: row.GetString(0), AccountId: row.NumberOrNull(1), ApplicationId: row.NumberOrNull(2)),
                    ("@id", id), ("@account", accountId));
                foreach (var (dialect, owner, application) in ended)
                    happened.Add(new SecurityEvent(EventKind.SessionEnded, owner, application, dialect, from));
                return ended;
            },
            cancellation);
        if (ended is not [var session])
            return false;
        invalidator.Invalidate(session.AccountId);
        telemetry.SessionsEnded(session.Dialect);
        return true;
    }

    /// <summary>The row to be written; made outside the transaction, so that a repeated one writes the same.</summary>
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
        };
    }

    /// <summary>Counts and records a session that was issued.</summary>
    /// <param name="detail">For a user of an application: under which name it vouches for them.</param>
    public void Issued(Session session, IPAddress from, string? detail = null)
    {
        telemetry.SessionIssued(session.Dialect);
        events.Add(new SecurityEvent(EventKind.SignIn, session.AccountId, session.ApplicationId, session.Dialect, from, detail));
    }
}
