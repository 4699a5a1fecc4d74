using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>An account that has allowed an application, as listed for an administrator.</summary>
internal sealed record ConsentingAccount(long Uid, string Login, string DisplayName, DateTimeOffset GrantedAt);

/// <summary>How much an application is used. No number exceeds <see cref="ConsentingAccounts.MaxCount"/>.</summary>
/// <param name="Accounts">Accounts that allow it.</param>
/// <param name="Sessions">Its sessions that are valid now, of those accounts.</param>
/// <param name="Users">The people it vouches for under its own names.</param>
internal sealed record ApplicationUse(long Accounts, long Sessions, long Users);

/// <summary>Lists and counts, for administrators, who uses an application.</summary>
internal sealed class ConsentingAccounts(Store store, TimeProvider clock)
{
    /// <summary>Beyond this number nothing is counted any further.</summary>
    public const long MaxCount = 10_000;

    /// <summary>Lists the accounts that allow an application, by number.</summary>
    /// <param name="after">The last account of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<ConsentingAccount>> ListAsync(
        long applicationId, long after, int limit, CancellationToken cancellation) =>
        await store.QueryAsync<ConsentingAccount>(
            """
            SELECT c.account_id AS uid, a.user_name AS login, a.display_name, MAX(c.granted_at) AS granted_at
            FROM consents c JOIN accounts a ON a.id = c.account_id
            WHERE c.application_id = @application AND c.account_id > @after
            GROUP BY c.account_id, a.user_name, a.display_name ORDER BY c.account_id LIMIT @limit
            """,
            cancellation,
            ("@application", applicationId), ("@after", after), ("@limit", (long)limit));

    /// <summary>
    /// Counts what uses an application. Sessions have no index by application, so they are found by their accounts.
    /// </summary>
    public async Task<ApplicationUse> CountAsync(long applicationId, CancellationToken cancellation) =>
        (await store.QueryAsync<ApplicationUse>(
            """
            SELECT
              (SELECT COUNT(*) FROM (
                SELECT DISTINCT account_id FROM consents WHERE application_id = @application LIMIT @max
              ) AS a) AS accounts,
              (SELECT COUNT(*) FROM (
                SELECT s.id FROM (
                  SELECT DISTINCT account_id FROM consents WHERE application_id = @application LIMIT @max) AS c
                JOIN sessions s ON s.account_id = c.account_id AND s.application_id = @application
                WHERE s.expires_at IS NULL OR s.expires_at > @now LIMIT @max) AS b) AS sessions,
              (SELECT COUNT(*) FROM (
                SELECT id FROM application_users WHERE application_id = @application LIMIT @max) AS u) AS users
            """,
            cancellation,
            ("@application", applicationId), ("@max", MaxCount), ("@now", clock.GetUtcNow()))).Single();
}
