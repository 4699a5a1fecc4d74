using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The outcome of what an owner does.</summary>
internal enum OwnerResult
{
    Done,

    /// <summary>The account has as many applications as it may have.</summary>
    TooMany,

    /// <summary>An application of somebody else has this name.</summary>
    NameTaken,

    /// <summary>An application of somebody else has one of these namespaces.</summary>
    NamespaceTaken,

    /// <summary>No active account has this login name, or it is the owner's own.</summary>
    NoAccount,

    /// <summary>The application is not the account's, or the offer has expired.</summary>
    NotTheirs,
}

/// <summary>An application that its owner offers to another account.</summary>
internal sealed class OfferedApplication
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>The login name of the present owner.</summary>
    public string Owner { get; init; } = "";

    public DateTimeOffset OfferedAt { get; init; }
}

/// <summary>Lets accounts register applications and hand them over. The number for each account is limited.</summary>
internal sealed class ApplicationOwners(
    Store store, ApplicationAdministration applications, CacheInvalidator invalidator, SecurityLog events,
    TimeProvider clock)
{
    /// <summary>The time in which the other account can accept an application.</summary>
    public static readonly TimeSpan OfferedFor = TimeSpan.FromDays(7);

    /// <summary>Registers an application of an account. The secret is shown only now.</summary>
    /// <param name="max">The number of applications that the account may have.</param>
    public async Task<(OwnerResult Result, Application Application, string Secret)> RegisterAsync(
        NewApplication input, int max, ChangedBy by, CancellationToken cancellation)
    {
        var (application, secret) = applications.Make(input with { Owner = by.Owner });
        var result = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await ProblemAsync(connection, by.Owner!.Value, max) is { } problem)
                    return problem;
                if (await TakenAsync(connection, by.Owner.Value, input.Name, input.Namespaces) is { } taken)
                    return taken;
                application.Id = await ApplicationAdministration.InsertAsync(connection, happened, application, by);
                return OwnerResult.Done;
            },
            cancellation);
        return (result, application, secret);
    }

    /// <summary>
    /// Changes an application for its owner. A new name or home page takes the approval of the logo back, which was
    /// approved for the old one.
    /// </summary>
    public async Task<OwnerResult> ChangeAsync(
        Application application, ApplicationChange change, ChangedBy by, CancellationToken cancellation)
    {
        var taken = await store.ReadAsync(
            connection => TakenAsync(
                connection, by.Owner!.Value, change.Name ?? application.Name,
                change.Namespaces?.Except(application.Namespaces, StringComparer.Ordinal) ?? []),
            cancellation);
        if (taken is { } problem)
            return problem;
        if (change.Name is not null || change.HomePage is not null)
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync(
                    """
                    UPDATE application_logos SET is_approved = FALSE WHERE application_id IN (
                      SELECT id FROM applications WHERE id = @id AND owner_id = @owner)
                    """,
                    ("@id", application.Id), ("@owner", by.Owner)),
                cancellation);
        }

        return await applications.ChangeAsync(application.ApiKey, change, cancellation, by)
            ? OwnerResult.Done
            : OwnerResult.NotTheirs;
    }

    /// <summary>Offers an application to another account, which has a week to accept it.</summary>
    public async Task<OwnerResult> OfferAsync(
        string apiKey, string login, ChangedBy by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                var other = await connection.FirstAsync(
                    "SELECT id FROM accounts WHERE normalized_user_name = @login AND state = @active AND id <> @owner",
                    row => (long?)row.GetInt64(0),
                    ("@login", login.ToUpperInvariant()), ("@active", (long)AccountState.Active), ("@owner", by.Owner));
                return other is null
                    ? OwnerResult.NoAccount
                    : await SetOfferAsync(
                        connection, happened, apiKey, other, by.Event(EventKind.ApplicationOffered), by.Owner);
            },
            cancellation);

    /// <summary>Withdraws an offer.</summary>
    public async Task WithdrawAsync(string apiKey, ChangedBy by, CancellationToken cancellation) =>
        await events.WriteAsync(
            (connection, happened) => SetOfferAsync(
                connection, happened, apiKey, to: null, by.Event(EventKind.ApplicationChanged, "offer withdrawn"),
                by.Owner),
            cancellation);

    /// <summary>Lists what others offer to an account.</summary>
    public async Task<IReadOnlyList<OfferedApplication>> OffersAsync(
        long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<OfferedApplication>(
            """
            SELECT p.id, p.name, a.user_name AS owner, p.offered_at
            FROM applications p JOIN accounts a ON a.id = p.owner_id
            WHERE p.offered_to = @account AND p.offered_at > @since ORDER BY p.offered_at LIMIT 50
            """,
            cancellation,
            ("@account", accountId), ("@since", clock.GetUtcNow() - OfferedFor));

    /// <summary>Accepts what another account offers.</summary>
    public async Task<OwnerResult> AcceptAsync(long id, int max, ChangedBy by, CancellationToken cancellation)
    {
        var result = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await ProblemAsync(connection, by.Owner!.Value, max) is { } problem)
                    return problem;
                var before = await connection.FirstAsync(
                    "SELECT owner_id FROM applications WHERE id = @id", row => row.NumberOrNull(0), ("@id", id));
                if (await connection.ExecuteAsync(
                    """
                    UPDATE applications SET owner_id = @to, offered_to = NULL, offered_at = NULL
                    WHERE id = @id AND offered_to = @to AND offered_at > @since AND owner_id = @before
                    """,
                    ("@to", by.Owner), ("@id", id), ("@since", clock.GetUtcNow() - OfferedFor),
                    ("@before", before)) == 0)
                    return OwnerResult.NotTheirs;
                happened.Add(new SecurityEvent(EventKind.ApplicationTransferred, before, id));
                happened.Add(by.Event(EventKind.ApplicationReceived) with { ApplicationId = id });
                return OwnerResult.Done;
            },
            cancellation);
        invalidator.InvalidateAll();
        return result;
    }

    /// <summary>Declines what another account offers.</summary>
    public async Task DeclineAsync(long id, long accountId, CancellationToken cancellation)
    {
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE applications SET offered_to = NULL, offered_at = NULL WHERE id = @id AND offered_to = @account",
                ("@id", id), ("@account", accountId)),
            cancellation);
        invalidator.InvalidateAll();
    }

    private async ValueTask<OwnerResult> SetOfferAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, string apiKey, long? to,
        SecurityEvent change, long? owner)
    {
        var id = await connection.FirstAsync(
            """
            UPDATE applications SET offered_to = @to, offered_at = @at
            WHERE api_key = @key AND owner_id = @owner RETURNING id
            """,
            row => (long?)row.GetInt64(0),
            ("@to", to), ("@at", to is null ? (DateTimeOffset?)null : clock.GetUtcNow()), ("@key", apiKey),
            ("@owner", owner));
        if (id is null)
            return OwnerResult.NotTheirs;
        happened.Add(change with { ApplicationId = id });
        return OwnerResult.Done;
    }

    /// <summary>Locks the account, so that two requests do not exceed the number together.</summary>
    private static async ValueTask<OwnerResult?> ProblemAsync(StoreConnection connection, long accountId, int max) =>
        await AccountLock.TakeAsync(connection, accountId) != AccountState.Active ? OwnerResult.NotTheirs
        : await connection.FirstAsync(
            "SELECT count(*) FROM applications WHERE owner_id = @id", row => row.GetInt64(0), ("@id", accountId)) >= max
            ? OwnerResult.TooMany
        : null;

    /// <summary>
    /// Checks whether somebody else's application has the name, or one of the namespaces, so that an owner cannot pass
    /// an application off as another one.
    /// </summary>
    private static async ValueTask<OwnerResult?> TakenAsync(
        StoreConnection connection, long accountId, string name, IEnumerable<string> namespaces)
    {
        var others = await connection.ListAsync(
            "SELECT name, namespaces FROM applications WHERE owner_id IS NULL OR owner_id <> @id",
            row => (Name: row.GetString(0), Namespaces: row.GetString(1)),
            ("@id", accountId));
        var spaces = others.SelectMany(other => other.Namespaces.Split(' '));
        return others.Exists(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase))
            ? OwnerResult.NameTaken
            : spaces.Intersect(namespaces, StringComparer.Ordinal).Any() ? OwnerResult.NamespaceTaken
            : null;
    }
}
