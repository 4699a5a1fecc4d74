using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.OpenId;

/// <summary>
/// OpenIddict's tokens in the table <c>oidc_tokens</c>, for one request. The authorization of a token is a session, so
/// revoking an authorization ends that session.
/// </summary>
internal sealed partial class TokenStore(Store store, SessionStore sessions, RequestCaller caller)
    : IOpenIddictTokenStore<OpenIdToken>
{
    /// <summary>
    /// The time for which a used token is kept, so that its second use is noticed. Later uses are refused as well, but
    /// end no session.
    /// </summary>
    private const long KeptMilliseconds = 24 * 60 * 60 * 1000;

    private const string Select =
        """
        SELECT id, application_id, authorization_id, type, status, subject, reference_id, payload, created_at,
               expires_at, redeemed_at, version
        FROM oidc_tokens
        """;

    /// <summary>The token of this request. OpenIddict looks it up several times.</summary>
    private OpenIdToken? _last;

    /// <summary>Tells whether another request has used the token of this request at the same time, and first.</summary>
    public bool IsSecondUse { get; private set; }

    public async ValueTask CreateAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        await store.ApplyAsync(
            """
            INSERT INTO oidc_tokens (id, application_id, authorization_id, type, status, subject, reference_id, payload,
                                     created_at, expires_at, redeemed_at, version)
            VALUES (@id, @application, @authorization, @type, @status, @subject, @reference, @payload,
                    @created, @expires, @redeemed, 0)
            ON CONFLICT (id) DO NOTHING
            """,
            [.. Changeable(token), ("@type", token.Type), ("@created", token.CreatedAt)],
            cancellationToken);

    /// <exception cref="OpenIddictExceptions.ConcurrencyException">Another request has changed the token.</exception>
    public async ValueTask UpdateAsync(OpenIdToken token, CancellationToken cancellationToken)
    {
        var changed = await store.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                UPDATE oidc_tokens SET
                  application_id = @application,
                  authorization_id = @authorization,
                  status = @status,
                  subject = @subject,
                  reference_id = @reference,
                  payload = @payload,
                  expires_at = CASE WHEN @expires > @redeemed + @kept THEN @redeemed + @kept ELSE @expires END,
                  redeemed_at = @redeemed,
                  version = version + 1
                WHERE id = @id AND version = @version
                """,
                [.. Changeable(token), ("@kept", KeptMilliseconds), ("@version", token.Version)]),
            cancellationToken);
        if (changed == 0)
        {
            // Two requests use the token at the same time. The later one is a second use.
            if (token is { RedeemedAt: not null, AuthorizationId: { } session })
            {
                IsSecondUse = true;
                await RevokeByAuthorizationIdAsync(session, cancellationToken);
            }

            throw new OpenIddictExceptions.ConcurrencyException("The token was changed meanwhile.");
        }

        token.Version++;
    }

    public ValueTask<OpenIdToken?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        _last?.Id == identifier
            ? ValueTask.FromResult<OpenIdToken?>(_last)
            : FindAsync("id", identifier, cancellationToken);

    public ValueTask<OpenIdToken?> FindByReferenceIdAsync(string identifier, CancellationToken cancellationToken) =>
        _last?.ReferenceId == identifier
            ? ValueTask.FromResult<OpenIdToken?>(_last)
            : FindAsync("reference_id", identifier, cancellationToken);

    /// <summary>Ends the session of the tokens, because one of them was used twice.</summary>
    public async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken)
    {
        var found = await sessions.FindAsync(DialectNames.OpenId, applicationId: null, identifier, cancellationToken);
        return found.Succeeded(out var session, out _)
            && await sessions.EndAsync(session.Id, session.AccountId, caller.Address, cancellationToken)
                ? 1
                : 0;
    }

    public ValueTask<OpenIdToken> InstantiateAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new OpenIdToken { Id = RandomToken.Hex(32) });

    private async ValueTask<OpenIdToken?> FindAsync(string column, string value, CancellationToken cancellation) =>
        _last = await store.ReadAsync(
            connection => connection.FirstAsync($"{Select} WHERE {column} = @value", Map, ("@value", value)),
            cancellation);

    private static SqlParameter[] Changeable(OpenIdToken token) =>
    [
        ("@id", token.Id),
        ("@application", token.ApplicationId),
        ("@authorization", token.AuthorizationId),
        ("@status", token.Status),
        ("@subject", token.Subject),
        ("@reference", token.ReferenceId),
        ("@payload", token.Payload),
        ("@expires", token.ExpiresAt),
        ("@redeemed", token.RedeemedAt),
    ];

    private static OpenIdToken Map(RowReader row) => new()
    {
        Id = row.GetString(0),
        ApplicationId = row.NumberOrNull(1),
        AuthorizationId = row.TextOrNull(2),
        Type = row.GetString(3),
        Status = row.GetString(4),
        Subject = row.TextOrNull(5),
        ReferenceId = row.TextOrNull(6),
        Payload = row.TextOrNull(7),
        CreatedAt = row.Instant(8),
        ExpiresAt = row.Instant(9),
        RedeemedAt = row.InstantOrNull(10),
        Version = row.GetInt64(11),
    };
}

/// <summary>The caller of a request, for what has no access to the request.</summary>
internal sealed class RequestCaller
{
    public System.Net.IPAddress? Address { get; set; }
}
