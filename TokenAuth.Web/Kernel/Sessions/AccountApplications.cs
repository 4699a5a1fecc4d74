using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>An application that a person has allowed, with how it is used.</summary>
/// <param name="Callback">The address that the application sends people back to; null if it has none.</param>
/// <param name="Consents">The consents, one for each dialect, the newest first.</param>
/// <param name="Sessions">The number of its valid sessions of the account.</param>
/// <param name="LastUsedAt">The last use of these sessions; null if there are none.</param>
internal sealed record AccountApplication(
    long Id, string Name, string? Callback, IReadOnlyList<GrantedConsent> Consents, long Sessions,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>The time since which the person has allowed it.</summary>
    public DateTimeOffset Since => Consents[^1].GrantedAt;

    /// <summary>The address of its page about itself; null if there is none.</summary>
    public string? HomePage { get; init; }

    /// <summary>The hash of its approved logo; null if there is none.</summary>
    public string? Logo { get; init; }

    /// <summary>The host of the callback, such as <c>gallery.example.org</c>; null if it has none.</summary>
    public string? Host => Callback is { } callback ? new Uri(callback).Authority : null;
}

/// <summary>A consent, as listed with its application.</summary>
internal sealed record GrantedConsent(
    long ApplicationId, string Name, string? Callback, string Dialect, string Permissions, DateTimeOffset GrantedAt,
    string? HomePage, string? Logo);

/// <summary>Lists what an account has allowed, for its owner.</summary>
internal sealed class AccountApplications(Store store, TimeProvider clock)
{
    /// <summary>Lists the applications, the newest consent first.</summary>
    public async Task<IReadOnlyList<AccountApplication>> ListAsync(long accountId, CancellationToken cancellation)
    {
        var consents = await ConsentsAsync(accountId, cancellation);
        var uses = (await UsesAsync(accountId, cancellation)).ToDictionary(use => use.ApplicationId);
        return
        [
            .. consents.GroupBy(consent => consent.ApplicationId).Select(group =>
            {
                var newest = group.First();
                var use = uses.GetValueOrDefault(group.Key);
                return new AccountApplication(
                    group.Key, newest.Name, newest.Callback, [.. group], use?.Sessions ?? 0, use?.LastUsedAt)
                {
                    HomePage = newest.HomePage,
                    Logo = newest.Logo,
                };
            }),
        ];
    }

    /// <summary>Returns one of the applications; null if the account does not allow it.</summary>
    public async Task<AccountApplication?> FindAsync(
        long accountId, long applicationId, CancellationToken cancellation) =>
        (await ListAsync(accountId, cancellation)).FirstOrDefault(application => application.Id == applicationId);

    private async Task<List<GrantedConsent>> ConsentsAsync(long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<GrantedConsent>(
            """
            SELECT c.application_id, p.name, p.callback, c.dialect, c.permissions, c.granted_at, p.home_page,
                   l.hash AS logo
            FROM consents c JOIN applications p ON p.id = c.application_id
            LEFT JOIN application_logos l ON l.application_id = p.id AND l.is_approved
            WHERE c.account_id = @account ORDER BY c.granted_at DESC, c.application_id, c.dialect
            """,
            cancellation,
            ("@account", accountId));

    private async Task<List<Use>> UsesAsync(long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<Use>(
            """
            SELECT application_id, COUNT(*) AS sessions, MAX(last_used_at) AS last_used_at FROM sessions
            WHERE account_id = @account AND application_id IS NOT NULL AND (expires_at IS NULL OR expires_at > @now)
            GROUP BY application_id
            """,
            cancellation,
            ("@account", accountId), ("@now", clock.GetUtcNow()));

    private sealed class Use
    {
        public long ApplicationId { get; init; }

        public long Sessions { get; init; }

        public DateTimeOffset LastUsedAt { get; init; }
    }
}
