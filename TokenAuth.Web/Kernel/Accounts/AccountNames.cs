using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>A person, as applications see them.</summary>
internal sealed record AccountName(long Uid, string Login, string Name);

/// <summary>Reads what an application may know of the people who have allowed it.</summary>
internal sealed class AccountNames(Store store)
{
    /// <summary>
    /// Returns those of these accounts that are active and have given the application consent, in the requested order.
    /// </summary>
    public async Task<IReadOnlyList<AccountName>> OfConsentingAsync(
        long applicationId, IReadOnlyCollection<long> uids, CancellationToken cancellation)
    {
        return await store.ReadAsync(
            async connection =>
            {
                var found = new List<AccountName>();
                foreach (var uid in uids.Distinct())
                {
                    if (await connection.FirstAsync(
                        """
                        SELECT a.id, a.user_name, a.display_name FROM accounts a
                        WHERE a.id = @uid AND a.state = @active
                          AND EXISTS (
                            SELECT 1 FROM consents c WHERE c.account_id = a.id AND c.application_id = @application)
                        """,
                        row => new AccountName(row.GetInt64(0), row.GetString(1), row.GetString(2)),
                        ("@uid", uid),
                        ("@active", (long)AccountState.Active),
                        ("@application", applicationId)) is { } name)
                    {
                        found.Add(name);
                    }
                }

                return found;
            },
            cancellation);
    }
}
