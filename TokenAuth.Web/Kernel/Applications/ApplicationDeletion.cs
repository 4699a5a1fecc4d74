using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Deletes an application with its sessions, handshakes, consents, quota and users. First disables it, then deletes in
/// small transactions, so that no other write waits for long. A deletion that was stopped can be run again.
/// </summary>
/// <remarks>
/// The schema has no index that finds the sessions of an application or of its users. The deletion therefore reads the
/// whole table once, and SQLite and PostgreSQL read it again when the application and each of its users is deleted.
/// </remarks>
internal sealed class ApplicationDeletion(Store store, CacheInvalidator invalidator, SecurityLog events)
{
    /// <summary>The number of sessions that one transaction looks at.</summary>
    private const int SessionsPerStep = 5000;

    private const int UsersPerStep = 10;

    /// <summary>A node that has the application in its cache may open a session for up to a second.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Deletes the application with this API key.</summary>
    /// <param name="report">Gets the number of rows that are done, and of all rows.</param>
    /// <returns>The number of sessions that ended; null if no application has this key.</returns>
    public async Task<long?> DeleteAsync(
        string apiKey, Action<long, long> report, CancellationToken cancellation, ChangedBy by = default)
    {
        if (await DisableAsync(apiKey, by, cancellation) is not { } id)
            return null;
        var total = await HighestAsync("SELECT MAX(id) FROM sessions", after: 0, cancellation) ?? 0;
        var ended = 0L;
        for (var attempt = 1; ; attempt++)
        {
            ended += await DeleteSessionsAsync(id, done => report(done, total), cancellation);
            try
            {
                while (await DeleteUsersAsync(id, cancellation) > 0)
                    cancellation.ThrowIfCancellationRequested();
                await DeleteApplicationAsync(id, ended, by, cancellation);
                invalidator.InvalidateAll();
                return ended;
            }
            catch (Exception failure) when (attempt < MaxAttempts && StoreUnavailableException.IsBrokenRule(failure))
            {
                // Another node has opened a session after the pass above.
            }
        }
    }

    private async Task<long?> DisableAsync(string apiKey, ChangedBy by, CancellationToken cancellation)
    {
        var id = await events.WriteAsync(
            async (connection, happened) =>
            {
                var found = await connection.FirstAsync(
                    """
                    SELECT id, enabled FROM applications
                    WHERE api_key = @key AND (@owner IS NULL OR owner_id = @owner)
                    """,
                    row => ((long Id, bool IsEnabled)?)(row.GetInt64(0), row.GetBoolean(1)),
                    ("@key", apiKey), ("@owner", by.Owner));
                if (found is not { } application)
                    return null;
                if (application.IsEnabled)
                {
                    await connection.ExecuteAsync(
                        "UPDATE applications SET enabled = @enabled WHERE id = @id",
                        ("@enabled", false), ("@id", application.Id));
                    happened.Add(
                        by.Event(EventKind.ApplicationDisabled) with { ApplicationId = application.Id });
                }

                return (long?)application.Id;
            },
            cancellation);
        invalidator.InvalidateAll();
        return id;
    }

    private async Task<long> DeleteSessionsAsync(long id, Action<long> report, CancellationToken cancellation)
    {
        var (ended, after) = (0L, 0L);
        while (await HighestAsync(
            "SELECT MAX(id) FROM (SELECT id FROM sessions WHERE id > @after ORDER BY id LIMIT @limit) AS page",
            after,
            cancellation) is { } end)
        {
            ended += await store.WriteAsync(
                connection => connection.ExecuteAsync(
                    "DELETE FROM sessions WHERE id > @after AND id <= @end AND application_id = @application",
                    ("@after", after), ("@end", end), ("@application", id)),
                cancellation);
            report(after = end);
        }

        return ended;
    }

    private async ValueTask<int> DeleteUsersAsync(long id, CancellationToken cancellation) => await store.WriteAsync(
        connection => connection.ExecuteAsync(
            """
            DELETE FROM application_users
            WHERE id IN (SELECT id FROM application_users WHERE application_id = @application LIMIT @limit)
            """,
            ("@application", id), ("@limit", (long)UsersPerStep)),
        cancellation);

    private async Task DeleteApplicationAsync(
        long id, long ended, ChangedBy by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await connection.ExecuteAsync("DELETE FROM application_faults WHERE application_id = @id", ("@id", id));
                await connection.ExecuteAsync("DELETE FROM application_counts WHERE application_id = @id", ("@id", id));

                // Handshakes, consents, logo and quota go with the application.
                var name = await connection.FirstAsync(
                    "DELETE FROM applications WHERE id = @id RETURNING name", row => row.GetString(0), ("@id", id));
                if (name is not null)
                {
                    var sessions = SecurityEvent.SessionsEnded((int)Math.Min(ended, int.MaxValue));
                    happened.Add(by.Event(EventKind.ApplicationDeleted, SecurityEvent.With(name, sessions)) with
                    {
                        ApplicationId = id,
                    });
                }

                return true;
            },
            cancellation);

    private async ValueTask<long?> HighestAsync(string sql, long after, CancellationToken cancellation) =>
        (await store.QueryAsync<long?>(
            sql, cancellation, ("@after", after), ("@limit", (long)SessionsPerStep))).Single();
}
