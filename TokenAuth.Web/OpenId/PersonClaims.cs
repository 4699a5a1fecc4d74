using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>Builds the claims about a person that the scopes of an application allow.</summary>
internal sealed class PersonClaims(Store store, SigningKeys keys)
{
    /// <summary>The claim of a code with the text of its handshake. It is in no token.</summary>
    public const string Handshake = "tokenauth_handshake";

    /// <summary>
    /// The claim of a code with the text of the session to be. OpenIddict forgets the authorization of a device's code.
    /// </summary>
    public const string SessionText = "tokenauth_session_text";

    /// <summary>
    /// Returns the subject by which an application knows an account: the account's number, or a pairwise one.
    /// </summary>
    public string SubjectOf(Application application, long accountId) => application.Sector is { } sector
        ? Convert.ToHexStringLower(
            HMACSHA256.HashData(keys.PairwiseSecret, Encoding.UTF8.GetBytes($"{sector}\n{accountId}")))
        : accountId.ToString();

    /// <summary>Creates the principal of a person for an application. It has no claims about the person yet.</summary>
    /// <param name="session">The text of the session that the tokens belong to.</param>
    public ClaimsPrincipal Create(
        Application application, long accountId, string session, IEnumerable<string> scopes)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("TokenAuth", Claims.Name, Claims.Role));
        principal.SetClaim(Claims.Subject, SubjectOf(application, accountId));
        principal.SetScopes(scopes);
        principal.SetAuthorizationId(session);
        principal.SetResources(application.Audiences is [] ? [application.ApiKey] : application.Audiences);
        return principal;
    }

    /// <summary>Creates the handshake that a code stands for.</summary>
    /// <param name="scopes">The scopes. With <c>offline_access</c> the session lasts, and slides.</param>
    public static NewHandshake HandshakeOf(
        Application application, IReadOnlyList<string> scopes, TimeSpan openFor, IPAddress from)
    {
        var lasts = scopes.Contains(Scopes.OfflineAccess, StringComparer.Ordinal);
        return new NewHandshake(
            DialectNames.OpenId, RandomToken.Hex(32), application.Id, openFor,
            lasts ? OpenIdFeature.SessionLifetime : TokenExchange.MaxLifetime, SessionSlides: lasts, from,
            ScopeCatalogue.Stored(scopes));
    }

    /// <summary>Creates the principal of a code: the person has confirmed a handshake.</summary>
    /// <param name="confirmed">The handshake's text.</param>
    /// <param name="handshake">The handshake as it was asked for.</param>
    public ClaimsPrincipal CreateCode(
        Application application, long accountId, string confirmed, NewHandshake handshake, DateTimeOffset signedInAt)
    {
        var session = RandomToken.Hex(32);
        var code = Create(application, accountId, session, ScopeCatalogue.FromStored(handshake.Permissions));
        code.SetClaim(Handshake, confirmed);
        code.SetClaim(SessionText, session);
        code.SetClaim(Claims.AuthenticationTime, signedInAt.ToUnixTimeSeconds());
        return code;
    }

    /// <summary>Adds what the scopes allow to know about the person, for identity tokens and user info.</summary>
    public async Task DescribeAsync(
        ClaimsPrincipal principal, long accountId, IEnumerable<string> scopes, CancellationToken cancellation)
    {
        var person = await store.ReadAsync(
            connection => connection.FirstAsync(
                """
                SELECT user_name, display_name, email, email_confirmed, language, time_zone
                FROM accounts WHERE id = @id
                """,
                row => new Person(
                    row.GetString(0), row.GetString(1), row.TextOrNull(2), row.GetBoolean(3), row.TextOrNull(4),
                    row.TextOrNull(5)),
                ("@id", accountId)),
            cancellation);
        if (person is null)
            return;
        if (scopes.Contains(Scopes.Profile, StringComparer.Ordinal))
        {
            principal.SetClaim(Claims.Name, person.DisplayName);
            principal.SetClaim(Claims.PreferredUsername, person.Login);
            principal.SetClaim(Claims.Locale, person.Language);
            principal.SetClaim(Claims.Zoneinfo, person.TimeZone);
        }

        if (scopes.Contains(Scopes.Email, StringComparer.Ordinal) && person.Email is { Length: > 0 } email)
        {
            principal.SetClaim(Claims.Email, email);
            principal.SetClaim(Claims.EmailVerified, person.IsConfirmed);
        }
    }

    /// <summary>Decides which tokens contain a claim. A claim of the server's own is in none.</summary>
    public static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        Claims.Name or Claims.PreferredUsername or Claims.Locale or Claims.Zoneinfo or Claims.Email
            or Claims.EmailVerified or Claims.AuthenticationTime => [OpenIddictConstants.Destinations.IdentityToken],
        TokenExchange.ActorClaim or TokenExchange.SessionClaim => [OpenIddictConstants.Destinations.AccessToken],
        _ => [],
    };

    private sealed record Person(
        string Login, string DisplayName, string? Email, bool IsConfirmed, string? Language, string? TimeZone);
}
