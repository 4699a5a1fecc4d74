using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Wetpaint;

/// <summary>What an application says of one of its users. What is null stays as it was.</summary>
/// <param name="Signature">The signature that vouches for it, and until when it can come again.</param>
internal sealed record UserAssertion(
    Application Application, string Namespace, string UserId, string? Email, bool? EmailOptIn, string? DisplayName, string? ProfileUrl,
    string? AvatarUrl, UserRole? Role, (string Purpose, string Thing, DateTimeOffset ExpiresAt) Signature);

/// <summary>Keeps the users of applications, and logs them in.</summary>
internal sealed class UserRegistry(Store store, SessionStore sessions, TimeProvider clock)
{
    /// <summary>
    /// Creates or changes the user, and issues a session, in one transaction. A signature that was seen before still
    /// issues a session, because two logins within one second carry the same one, but may only repeat what is stored;
    /// otherwise the answer is <see cref="FaultKind.ReplayRefused"/>. What is said of the user is not signed.
    /// </summary>
    /// <param name="session">The session to be issued; null where only the user changes, who must then be known.</param>
    public async Task<Outcome<UserRole>> UpsertAsync(UserAssertion said, NewSession? session, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var row = session is null ? null : sessions.Row(session);
        var outcome = await store.WriteAsync<Outcome<UserRole>>(
            async connection =>
            {
                var isNew = await ReplayGuard.TryUseAsync(connection, said.Signature.Purpose, said.Signature.Thing, said.Signature.ExpiresAt);

                // The row is locked before it is read: another node may be changing the user at this moment.
                var known = await LockAsync(connection, said);
                if (known is null && session is null)
                    return new Fault(FaultKind.ParameterInvalid, "user.userId");
                if (known is null && !isNew)
                    return FaultKind.ReplayRefused;
                var user = known
                    ?? await CreateAsync(connection, said, now)
                    ?? (await LockAsync(connection, said))!.Value;
                var stored = await connection.FirstAsync(
                    "SELECT role FROM application_user_roles WHERE application_user_id = @user AND namespace = @namespace",
                    found => (UserRole?)found.GetInt64(0), ("@user", user), ("@namespace", said.Namespace));
                var role = said.Role ?? stored ?? UserRole.Registered;
                if (isNew)
                    await SaveAsync(connection, user, said, now);
                else if (role != stored || !await IsUnchangedAsync(connection, user, said))
                    return FaultKind.ReplayRefused;

                await connection.ExecuteAsync(
                    """
                    INSERT INTO application_user_roles (application_user_id, namespace, role) VALUES (@user, @namespace, @role)
                    ON CONFLICT (application_user_id, namespace) DO UPDATE SET role = excluded.role
                    """,
                    ("@user", user), ("@namespace", said.Namespace), ("@role", (long)role));
                if (row is not null)
                    await SessionInsertion.RunAsync(connection, row with { ApplicationUserId = user, Namespace = said.Namespace });
                return role;
            },
            cancellation);
        if (session is not null && outcome.Succeeded(out _, out _))
            sessions.Issued(row!, session.OpenedFrom, $"{said.Namespace}:{said.UserId}");
        return outcome;
    }

    private static async ValueTask<long?> LockAsync(StoreConnection connection, UserAssertion said) => await connection.FirstAsync(
        "UPDATE application_users SET updated_at = updated_at WHERE application_id = @application AND user_id = @user RETURNING id",
        row => (long?)row.GetInt64(0), ("@application", said.Application.Id), ("@user", said.UserId));

    /// <summary>Null where another transaction was faster.</summary>
    private static async ValueTask<long?> CreateAsync(StoreConnection connection, UserAssertion said, DateTimeOffset now) => await connection.FirstAsync(
        """
        INSERT INTO application_users (application_id, user_id, email, email_opt_in, created_at, updated_at) VALUES (@application, @user, '', @no, @now, @now)
        ON CONFLICT (application_id, user_id) DO NOTHING RETURNING id
        """,
        row => (long?)row.GetInt64(0), ("@application", said.Application.Id), ("@user", said.UserId), ("@no", false), ("@now", now));

    /// <summary>Whether nothing that is said differs from what is stored.</summary>
    private static async ValueTask<bool> IsUnchangedAsync(StoreConnection connection, long user, UserAssertion said) =>
        await connection.FirstAsync(
            "SELECT email, email_opt_in, display_name, profile_url, avatar_url FROM application_users WHERE id = @user",
            row => (said.Email ?? row.GetString(0)) == row.GetString(0)
                && (said.EmailOptIn ?? row.GetBoolean(1)) == row.GetBoolean(1)
                && (said.DisplayName ?? row.TextOrNull(2)) == row.TextOrNull(2)
                && (said.ProfileUrl ?? row.TextOrNull(3)) == row.TextOrNull(3)
                && (said.AvatarUrl ?? row.TextOrNull(4)) == row.TextOrNull(4),
            ("@user", user));

    private static async ValueTask<bool> SaveAsync(StoreConnection connection, long user, UserAssertion said, DateTimeOffset now) => await connection.ExecuteAsync(
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
        ("@email", said.Email), ("@optIn", said.EmailOptIn), ("@name", said.DisplayName), ("@profile", said.ProfileUrl), ("@avatar", said.AvatarUrl),
        ("@now", now), ("@user", user)) == 1;
}
