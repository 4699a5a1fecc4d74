using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Writes everything that the store has about one account as one JSON object, without secrets, hashes and tokens. See
/// docs/account-data.md for its members. Rows are read in pages and written at once, so that memory does not grow with
/// their number.
/// </summary>
internal sealed class AccountExport(
    Store store, AccountSearch accounts, AccountProfiles profiles, SecondFactor secondFactor, Passkeys passkeys,
    AccountIdentities identities, AccountKeys keys, AccountApplications applications, OwnedApplications owned,
    EmailConfirmations emails, SecurityEvents events, TimeProvider clock)
{
    /// <summary>The version of the format. It changes if a member changes its meaning.</summary>
    public const int Version = 1;

    /// <summary>The maximum number of sessions and of events. The newest are written.</summary>
    public const int MaxRows = 100_000;

    private const int PageSize = 1000;

    /// <summary>The file is not part of a page, so only what JSON demands is escaped.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Returns the name of the file, such as <c>alice-2026-11-30.json</c>.</summary>
    public string FileName(string login) => $"{login}-{clock.GetUtcNow():yyyy-MM-dd}.json";

    /// <summary>Writes the object. False, and nothing is written, if there is no account with this number.</summary>
    public async Task<bool> WriteAsync(long accountId, TextWriter output, CancellationToken cancellation)
    {
        if (await AccountAsync(accountId, cancellation) is not { } account)
            return false;
        await output.WriteAsync($"{{\n\"version\": {Version},\n\"exported\": {Text(clock.GetUtcNow().UtcDateTime)},\n");
        await output.WriteAsync($"\"account\": {Text(account)},\n");
        await ListAsync(output, "applications", ConsentsAsync(accountId, cancellation));
        await ListAsync(output, "ownApplications", OwnAsync(accountId, cancellation));
        await ListAsync(output, "keys", KeysAsync(accountId, cancellation));
        await ListAsync(output, "passkeys", PasskeysAsync(accountId, cancellation));
        await ListAsync(output, "identities", IdentitiesAsync(accountId, cancellation));
        var sessions = await ListAsync(output, "sessions", SessionsAsync(accountId, cancellation));
        var entries = await ListAsync(output, "events", EventsAsync(accountId, cancellation));
        await output.WriteAsync($"\"complete\": {Text(sessions < MaxRows && entries < MaxRows)}\n}}\n");
        return true;
    }

    /// <summary>
    /// Writes an array with one element a line, at most <see cref="MaxRows"/>, and returns their number.
    /// </summary>
    private static async Task<int> ListAsync(TextWriter output, string name, IAsyncEnumerable<object> rows)
    {
        var count = 0;
        await output.WriteAsync($"\"{name}\": [");
        await foreach (var row in rows)
        {
            await output.WriteAsync($"{(count++ == 0 ? "\n" : ",\n")}{Text(row)}");
            if (count == MaxRows)
                break;
        }

        await output.WriteAsync(count == 0 ? "],\n" : "\n],\n");
        return count;
    }

    private async Task<object?> AccountAsync(long accountId, CancellationToken cancellation)
    {
        if (await accounts.FindAsync(accountId, cancellation) is not { } account
            || await profiles.FindAsync(accountId, cancellation) is not { } profile)
            return null;
        var factors = await secondFactor.ReadAsync(accountId, cancellation);
        return new
        {
            uid = account.Id,
            login = account.Login,
            name = account.DisplayName,
            email = account.Email,
            emailConfirmed = profile.EmailConfirmed,
            pendingEmail = (await emails.ReadAsync(accountId, cancellation))?.Pending,
            language = profile.Language,
            timeZone = profile.TimeZone,
            state = account.State.ToString().ToLowerInvariant(),
            administrator = account.IsAdmin,
            created = account.CreatedAt.UtcDateTime,
            erase = account.EraseAt?.UtcDateTime,
            secondFactor = factors.IsOn,
            authenticator = factors.AuthenticatorSince?.UtcDateTime,
            recoveryCodes = factors.RecoveryCodes,
        };
    }

    private async IAsyncEnumerable<object> ConsentsAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var application in await applications.ListAsync(accountId, cancellation))
        {
            foreach (var consent in application.Consents)
            {
                yield return new
                {
                    application = application.Name,
                    dialect = consent.Dialect,
                    permissions = consent.Permissions,
                    granted = consent.GrantedAt.UtcDateTime,
                };
            }
        }
    }

    private async IAsyncEnumerable<object> OwnAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var application in await owned.ListAsync(accountId, cancellation))
        {
            yield return new
            {
                name = application.Name,
                apiKey = application.ApiKey,
                kind = application.Kind.ToString().ToLowerInvariant(),
                callback = application.Callback,
                redirects = application.Redirects,
                homePage = application.HomePage,
                enabled = application.Enabled,
                created = application.CreatedAt.UtcDateTime,
            };
        }
    }

    private async IAsyncEnumerable<object> KeysAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var key in await keys.ListAsync(accountId, cancellation))
        {
            yield return new
            {
                name = key.Name,
                created = key.CreatedAt.UtcDateTime,
                lastUsed = key.LastUsedAt?.UtcDateTime,
            };
        }
    }

    private async IAsyncEnumerable<object> PasskeysAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var passkey in await passkeys.ListAsync(accountId, cancellation))
        {
            yield return new
            {
                name = passkey.Name,
                created = passkey.CreatedAt.UtcDateTime,
                lastUsed = passkey.LastUsedAt?.UtcDateTime,
            };
        }
    }

    private async IAsyncEnumerable<object> IdentitiesAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var identity in await identities.ListAsync(accountId, cancellation))
        {
            yield return new
            {
                issuer = identity.Issuer,
                name = identity.Name,
                created = identity.CreatedAt.UtcDateTime,
                lastUsed = identity.LastUsedAt?.UtcDateTime,
            };
        }
    }

    private async IAsyncEnumerable<object> SessionsAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<OpenSession> page;
        var before = long.MaxValue;
        do
        {
            page = await store.QueryAsync<OpenSession>(
                """
                SELECT s.id, s.dialect, p.name AS application, s.permissions, s.created_at, s.last_used_at,
                       s.expires_at, s.opened_from, s.bound_to
                FROM sessions s LEFT JOIN applications p ON p.id = s.application_id
                WHERE s.account_id = @id AND s.id < @before ORDER BY s.id DESC LIMIT @limit
                """,
                cancellation,
                ("@id", accountId), ("@before", before), ("@limit", (long)PageSize));
            foreach (var session in page)
            {
                before = session.Id;
                yield return new
                {
                    dialect = session.Dialect,
                    application = session.Application,
                    permissions = session.Permissions,
                    created = session.CreatedAt.UtcDateTime,
                    lastUsed = session.LastUsedAt.UtcDateTime,
                    expires = session.ExpiresAt?.UtcDateTime,
                    openedFrom = session.OpenedFrom,
                    boundTo = session.BoundTo,
                };
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Reads the events. The address of an administrator belongs to the administrator.</summary>
    private async IAsyncEnumerable<object> EventsAsync(
        long accountId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<ListedEvent> page;
        long? before = null;
        do
        {
            page = await events.ListAsync(accountId, since: null, before, PageSize, cancellation);
            foreach (var entry in page)
            {
                before = entry.Id;
                var isOwn = entry.ActorUid is null;
                yield return new
                {
                    at = entry.At.UtcDateTime,
                    @event = entry.Kind,
                    application = entry.Application,
                    dialect = entry.Dialect,
                    from = isOwn ? entry.Address : null,
                    byAdministrator = !isOwn,
                    detail = entry.Detail,
                    times = entry.Count,
                };
            }
        }
        while (page.Count == PageSize);
    }

    private static string Text(object value) => JsonSerializer.Serialize(value, Json);
}
