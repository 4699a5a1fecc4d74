using Dapper;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>A person as applications know them.</summary>
internal sealed record AccountName(long Uid, string Login, string Name);

/// <summary>What an application may know of the people who have allowed it.</summary>
internal sealed class AccountNames(Store store)
{
    /// <summary>The active ones of these accounts that have given this application consent, in the order asked for.</summary>
    public async Task<IReadOnlyList<AccountName>> OfConsentingAsync(
        long applicationId, IReadOnlyCollection<long> uids, CancellationToken cancellation)
    {
        var found = await store.ReadAsync(
            async connection => (await connection.Connection.QueryAsync<AccountName>(
                """
                SELECT DISTINCT a.id AS uid, a.user_name AS login, a.display_name AS name FROM accounts a JOIN consents c ON c.account_id = a.id
                WHERE c.application_id = @applicationId AND a.state = @active AND a.id IN @uids
                """,
                new { applicationId, active = (int)AccountState.Active, uids })).ToDictionary(row => row.Uid),
            cancellation);
        return [.. uids.Distinct().Where(found.ContainsKey).Select(uid => found[uid])];
    }
}
