using System.Net;
using BitFaster.Caching.Lru;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Wetpaint;

/// <summary>An application's statement about one of its users. Null values leave the stored values unchanged.</summary>
/// <param name="Signature">
/// The signature that vouches for the statement, and when a replay of it is refused as stale.
/// </param>
/// <param name="From">The address of the application, for the security event log.</param>
internal sealed record UserAssertion(
    Application Application,
    string Namespace,
    string UserId,
    string? Email,
    bool? EmailOptIn,
    string? DisplayName,
    string? ProfileUrl,
    string? AvatarUrl,
    UserRole? Role,
    (string Purpose, string Thing, DateTimeOffset ExpiresAt) Signature,
    IPAddress? From = null);

/// <summary>Stores the users of applications and opens their sessions.</summary>
internal sealed class UserRegistry(Store store, SecurityLog events, SessionStore sessions, TimeProvider clock)
{
    /// <summary>The maximum number of users that this node remembers, about 4 MiB.</summary>
    private const int MaxSeen = 20_000;

    /// <summary>
    /// Users who have logged in on this node, so that the short write probably succeeds. For others it would only add a
    /// round trip.
    /// </summary>
    private readonly FastConcurrentLru<(long Application, string Namespace, string UserId), bool> _seen =
        new(Environment.ProcessorCount, MaxSeen, EqualityComparer<(long, string, string)>.Default);

    /// <summary>Inserts a session, if the user is known and the statement repeats the stored values.</summary>
    private static readonly string InsertSession =
        $"""
        INSERT INTO sessions (application_user_id, namespace, {SessionInsertion.Columns})
        SELECT u.id, r.namespace, {SessionInsertion.Values}
        FROM application_users u JOIN application_user_roles r ON r.application_user_id = u.id
        WHERE u.application_id = @application AND u.user_id = @userId AND r.namespace = @namespace
          AND u.email = COALESCE(@email, u.email) AND u.email_opt_in = COALESCE(@optIn, u.email_opt_in)
          AND (@name IS NULL OR u.display_name = @name) AND (@profile IS NULL OR u.profile_url = @profile)
          AND (@avatar IS NULL OR u.avatar_url = @avatar) AND (@role IS NULL OR r.role = @role)
        {Store.Idempotent}
        RETURNING id
        """;

    /// <summary>Uses up the signature of a session that was inserted. It may be used already.</summary>
    private static readonly string UseSignature =
        ReplayGuard.UseIf("EXISTS (SELECT 1 FROM sessions WHERE token_hash = @hash)");

    /// <summary>
    /// Creates or changes the user and issues a session, in one transaction. Only the key, userId and timestamp are
    /// signed, so a replayed signature may repeat the stored values but not change them; otherwise the answer is
    /// <see cref="FaultKind.ReplayRefused"/>. It still issues a session, because two logins within one second carry the
    /// same signature. Source: docs/dialects/wetpaint.md, "What differs from the original, and why".
    /// </summary>
    /// <returns>The fault; null if the session was issued.</returns>
    public async Task<Fault?> LoginAsync(
        UserAssertion assertion, NewSession session, CancellationToken cancellation)
    {
        var (purpose, value, stale) = assertion.Signature;
        var row = sessions.Row(session with { ApplicationId = assertion.Application.Id });
        var insert = new SqlStatement(InsertSession, SessionParameters(row, assertion));
        var user = (assertion.Application.Id, assertion.Namespace, assertion.UserId);
        var isIssued = _seen.TryGet(user, out _) && await store.ApplyAsync(
            [
                insert,
                new SqlStatement(
                    UseSignature, [("@hash", row.TokenHash), .. ReplayGuard.Values(purpose, value, stale)]),
            ],
            _ => true, cancellation);
        if (!isIssued)
        {
            if (!(await WriteAsync(assertion, insert, cancellation)).Succeeded(out _, out var fault))
                return fault;
            _seen.AddOrUpdate(user, true);
        }

        sessions.Issued(
            row.Dialect, accountId: null, row.ApplicationId, session.OpenedFrom,
            $"{assertion.Namespace}:{assertion.UserId}");
        return null;
    }

    /// <summary>
    /// Changes a user who must exist, as <see cref="LoginAsync"/> does, without a session. Returns the role, or
    /// <see cref="FaultKind.ParameterInvalid"/> if there is no such user.
    /// </summary>
    public Task<Outcome<UserRole>> ChangeRoleAsync(UserAssertion assertion, CancellationToken cancellation) =>
        WriteAsync(assertion, session: null, cancellation);

    private async Task<Outcome<UserRole>> WriteAsync(
        UserAssertion assertion, SqlStatement? session, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await events.WriteAsync<Outcome<UserRole>>(
            async (connection, happened) =>
            {
                var isNew = await ReplayGuard.TryUseAsync(
                    connection,
                    assertion.Signature.Purpose,
                    assertion.Signature.Thing,
                    assertion.Signature.ExpiresAt);

                // Locks the row before reading it, because another node may be changing the user.
                var known = await LockAsync(connection, assertion);
                if (known is null && session is null)
                    return new Fault(FaultKind.ParameterInvalid, "user.userId");
                if (known is null && !isNew)
                    return FaultKind.ReplayRefused;
                var created = known is null ? await CreateAsync(connection, assertion, now) : null;
                var user = known ?? created ?? (await LockAsync(connection, assertion))!.Value;
                var stored = created is not null
                    ? null
                    : await connection.FirstAsync(
                        """
                        SELECT role FROM application_user_roles
                        WHERE application_user_id = @user AND namespace = @namespace
                        """,
                        found => (UserRole?)found.GetInt64(0),
                        ("@user", user),
                        ("@namespace", assertion.Namespace));
                var role = assertion.Role ?? stored ?? UserRole.Registered;
                if (!isNew && (role != stored || !await IsUnchangedAsync(connection, user, assertion)))
                    return FaultKind.ReplayRefused;
                if (isNew && created is null)
                    await SaveAsync(connection, user, assertion, now);

                await connection.ExecuteAsync(
                    """
                    INSERT INTO application_user_roles (application_user_id, namespace, role)
                    VALUES (@user, @namespace, @role)
                    ON CONFLICT (application_user_id, namespace) DO UPDATE SET role = excluded.role
                    """,
                    ("@user", user),
                    ("@namespace", assertion.Namespace),
                    ("@role", (long)role));
                if (stored is not null && role != stored)
                {
                    happened.Add(new SecurityEvent(
                        EventKind.UserRoleChanged,
                        ApplicationId: assertion.Application.Id,
                        Dialect: WetpaintFeature.Dialect,
                        From: assertion.From,
                        Detail: $"{assertion.Namespace}:{assertion.UserId} {role.ToString().ToLowerInvariant()}"));
                }

                if (session is { } insert
                    && !await connection.FirstAsync(insert.Sql, _ => true, insert.Parameters))
                {
                    throw new InvalidOperationException("The session of a known user was not inserted");
                }

                return role;
            },
            cancellation);
    }

    private static SqlParameter[] SessionParameters(Session row, UserAssertion assertion) =>
    [
        .. SessionInsertion.Parameters(row),
        ("@userId", assertion.UserId),
        ("@namespace", assertion.Namespace),
        ("@email", assertion.Email),
        ("@optIn", assertion.EmailOptIn),
        ("@name", assertion.DisplayName),
        ("@profile", assertion.ProfileUrl),
        ("@avatar", assertion.AvatarUrl),
        ("@role", (long?)assertion.Role),
    ];

    /// <summary>Locks the user's row and returns its id; null if there is no such user.</summary>
    private static async ValueTask<long?> LockAsync(
        StoreConnection connection, UserAssertion assertion) => await connection.FirstAsync(
        """
        UPDATE application_users SET updated_at = updated_at
        WHERE application_id = @application AND user_id = @user RETURNING id
        """,
        row => (long?)row.GetInt64(0),
        ("@application", assertion.Application.Id),
        ("@user", assertion.UserId));

    /// <summary>Creates the user. Returns null if a concurrent transaction has created it.</summary>
    private static async ValueTask<long?> CreateAsync(
        StoreConnection connection, UserAssertion assertion, DateTimeOffset now) => await connection.FirstAsync(
        """
        INSERT INTO application_users (application_id, user_id, email, email_opt_in, display_name, profile_url,
                                       avatar_url, created_at, updated_at)
        VALUES (@application, @user, @email, @optIn, @name, @profile, @avatar, @now, @now)
        ON CONFLICT (application_id, user_id) DO NOTHING RETURNING id
        """,
        row => (long?)row.GetInt64(0),
        ("@application", assertion.Application.Id),
        ("@user", assertion.UserId),
        ("@email", assertion.Email ?? ""),
        ("@optIn", assertion.EmailOptIn ?? false),
        ("@name", assertion.DisplayName),
        ("@profile", assertion.ProfileUrl),
        ("@avatar", assertion.AvatarUrl),
        ("@now", now));

    /// <summary>Checks whether the statement repeats the stored values.</summary>
    private static async ValueTask<bool> IsUnchangedAsync(
        StoreConnection connection, long user, UserAssertion assertion) =>
        await connection.FirstAsync(
            "SELECT email, email_opt_in, display_name, profile_url, avatar_url FROM application_users WHERE id = @user",
            row => (assertion.Email ?? row.GetString(0)) == row.GetString(0)
                && (assertion.EmailOptIn ?? row.GetBoolean(1)) == row.GetBoolean(1)
                && (assertion.DisplayName ?? row.TextOrNull(2)) == row.TextOrNull(2)
                && (assertion.ProfileUrl ?? row.TextOrNull(3)) == row.TextOrNull(3)
                && (assertion.AvatarUrl ?? row.TextOrNull(4)) == row.TextOrNull(4),
            ("@user", user));

    private static async ValueTask<bool> SaveAsync(
        StoreConnection connection,
        long user,
        UserAssertion assertion,
        DateTimeOffset now) => await connection.ExecuteAsync(
        """
        UPDATE application_users SET
          email = COALESCE(@email, email),
          email_opt_in = COALESCE(@optIn, email_opt_in),
          display_name = COALESCE(@name, display_name),
          profile_url = COALESCE(@profile, profile_url),
          avatar_url = COALESCE(@avatar, avatar_url),
          updated_at = @now
        WHERE id = @user
        """,
        ("@email", assertion.Email),
        ("@optIn", assertion.EmailOptIn),
        ("@name", assertion.DisplayName),
        ("@profile", assertion.ProfileUrl),
        ("@avatar", assertion.AvatarUrl),
        ("@now", now),
        ("@user", user)) == 1;
}
