using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Applications;

/// <summary>What an application says of one of its users. What is null stays as it was.</summary>
/// <param name="Once">The signature that vouches for it, and until when it can come again.</param>
internal sealed record SaidOfUser(
    Application Application, string Namespace, string UserId, string? Email, bool? EmailOptIn, string? DisplayName, string? ProfileUrl,
    string? AvatarUrl, UserRole? Role, (string Purpose, string Thing, DateTimeOffset ExpiresAt) Once);

/// <summary>Keeps the users of applications, and logs them in.</summary>
internal sealed class ApplicationUsers(Store store, Sessions sessions, TimeProvider clock, Telemetry telemetry)
{
    /// <summary>
    /// Creates or changes the user, and issues a session, in one transaction. <see cref="FaultKind.ReplayRefused"/> where a signature that
    /// was seen before would raise a role: roles are not signed.
    /// </summary>
    /// <param name="session">The session to be issued; null where only the user changes, who must then be known.</param>
    public async Task<Outcome<UserRole>> SayAsync(SaidOfUser said, NewSession? session, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var row = session is null ? null : sessions.Row(session);
        var outcome = await store.WriteAsync<Outcome<UserRole>>(
            async connection =>
            {
                var isNew = await ReplayGuard.TryUseAsync(connection, said.Once.Purpose, said.Once.Thing, said.Once.ExpiresAt);
                var known = await connection.FirstAsync(
                    """
                    SELECT u.id, r.role FROM application_users u
                    LEFT JOIN application_user_roles r ON r.application_user_id = u.id AND r.namespace = @namespace
                    WHERE u.application_id = @application AND u.user_id = @user
                    """,
                    found => new Known(found.GetInt64(0), (UserRole?)found.NumberOrNull(1)),
                    ("@application", said.Application.Id), ("@user", said.UserId), ("@namespace", said.Namespace));
                if (known is null && session is null)
                    return new Fault(FaultKind.ParameterInvalid, "user.userId");
                var role = said.Role ?? known?.Role ?? UserRole.Registered;
                if (!isNew && role > (known?.Role ?? UserRole.Registered))
                    return FaultKind.ReplayRefused;

                var user = await SaveAsync(connection, said, now);
                await connection.ExecuteAsync(
                    """
                    INSERT INTO application_user_roles (application_user_id, namespace, role) VALUES (@user, @namespace, @role)
                    ON CONFLICT (application_user_id, namespace) DO UPDATE SET role = excluded.role
                    """,
                    ("@user", user), ("@namespace", said.Namespace), ("@role", (long)role));
                if (row is not null)
                    await Sessions.InsertAsync(connection, row with { ApplicationUserId = user, Namespace = said.Namespace });
                return role;
            },
            cancellation);
        if (session is not null && outcome.Succeeded(out _, out _))
            telemetry.SessionIssued(session.Dialect);
        return outcome;
    }

    private static async ValueTask<long> SaveAsync(StoreConnection connection, SaidOfUser said, DateTimeOffset now) => await connection.FirstAsync(
        """
        INSERT INTO application_users (application_id, user_id, email, email_opt_in, display_name, profile_url, avatar_url, created_at, updated_at)
        VALUES (@application, @user, COALESCE(@email, ''), COALESCE(@optIn, @no), @name, @profile, @avatar, @now, @now)
        ON CONFLICT (application_id, user_id) DO UPDATE SET
          email = COALESCE(@email, application_users.email),
          email_opt_in = COALESCE(@optIn, application_users.email_opt_in),
          display_name = COALESCE(@name, application_users.display_name),
          profile_url = COALESCE(@profile, application_users.profile_url),
          avatar_url = COALESCE(@avatar, application_users.avatar_url),
          updated_at = @now
        RETURNING id
        """,
        row => row.GetInt64(0),
        ("@application", said.Application.Id), ("@user", said.UserId), ("@email", said.Email), ("@optIn", said.EmailOptIn), ("@no", false),
        ("@name", said.DisplayName), ("@profile", said.ProfileUrl), ("@avatar", said.AvatarUrl), ("@now", now));

    private sealed record Known(long Id, UserRole? Role);
}
