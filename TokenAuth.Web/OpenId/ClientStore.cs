using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// Shows the registered applications to OpenIddict as its own. It sees enabled applications of kind <c>oidc</c>, and
/// those that may exchange tokens. The commands change them; OpenIddict only reads.
/// </summary>
internal sealed partial class ClientStore(ApplicationDirectory directory, ApplicationAdministration administration)
    : IOpenIddictApplicationStore<Application>
{
    private static readonly string[] SignInPermissions =
    [
        Permissions.Endpoints.Authorization,
        Permissions.Endpoints.DeviceAuthorization,
        Permissions.Endpoints.EndSession,
        Permissions.Endpoints.PushedAuthorization,
        Permissions.GrantTypes.AuthorizationCode,
        Permissions.GrantTypes.DeviceCode,
        Permissions.GrantTypes.RefreshToken,
        Permissions.ResponseTypes.Code,
    ];

    private static readonly string[] CommonPermissions =
    [
        Permissions.Endpoints.Revocation,
        Permissions.Endpoints.Token,
    ];

    /// <summary>What needs a secret. Anyone could try tokens out with the key of a public application.</summary>
    private static readonly string[] ConfidentialPermissions =
    [
        Permissions.Endpoints.Introspection,
        Permissions.GrantTypes.ClientCredentials,
    ];

    /// <summary>Checks whether OpenIddict may know an application.</summary>
    public static bool IsClient(Application? application) =>
        application is { Enabled: true } and ({ Kind: ApplicationKind.Oidc } or { MayExchange: true });

    public async ValueTask<Application?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        await directory.FindEnabledAsync(long.Parse(identifier), cancellationToken) is { } found && IsClient(found)
            ? found
            : null;

    public async ValueTask<Application?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        await directory.FindEnabledAsync(identifier, cancellationToken) is { } found && IsClient(found) ? found : null;

    public IAsyncEnumerable<Application> FindByPostLogoutRedirectUriAsync(
        string uri, CancellationToken cancellationToken) =>
        ListAsync(application => application.SignOutRedirects.Contains(uri, StringComparer.Ordinal), cancellationToken);

    public IAsyncEnumerable<Application> FindByRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        ListAsync(application => application.Redirects.Contains(uri, StringComparer.Ordinal), cancellationToken);

    /// <summary>A public application may listen on any port of the loopback address (RFC 8252, section 7.3).</summary>
    public ValueTask<string?> GetApplicationTypeAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(application.IsPublic ? ApplicationTypes.Native : ApplicationTypes.Web);

    public ValueTask<string?> GetClientIdAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(application.ApiKey);

    /// <summary>Returns no secret: <see cref="ClientSecrets"/> compares secrets.</summary>
    public ValueTask<string?> GetClientSecretAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(null);

    public ValueTask<string?> GetClientTypeAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(application.IsPublic ? ClientTypes.Public : ClientTypes.Confidential);

    public ValueTask<string?> GetConsentTypeAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(ConsentTypes.Explicit);

    public ValueTask<string?> GetDisplayNameAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(application.Name);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDisplayNamesAsync(
        Application application, CancellationToken cancellationToken) =>
        Of(ImmutableDictionary<CultureInfo, string>.Empty);

    public ValueTask<string?> GetIdAsync(Application application, CancellationToken cancellationToken) =>
        Of<string?>(application.Id.ToString());

    public ValueTask<JsonWebKeySet?> GetJsonWebKeySetAsync(
        Application application, CancellationToken cancellationToken) => Of<JsonWebKeySet?>(null);

    public ValueTask<ImmutableArray<string>> GetPermissionsAsync(
        Application application, CancellationToken cancellationToken) => Of(ImmutableArray.Create<string>(
        [
            .. CommonPermissions,
            .. application.Kind == ApplicationKind.Oidc ? SignInPermissions : [],
            .. application.IsPublic ? Array.Empty<string>() : ConfidentialPermissions,
            .. application is { MayExchange: true, IsPublic: false }
                ? [Permissions.GrantTypes.TokenExchange]
                : Array.Empty<string>(),
        ]));

    public ValueTask<ImmutableArray<string>> GetPostLogoutRedirectUrisAsync(
        Application application, CancellationToken cancellationToken) =>
        Of(ImmutableArray.Create(application.SignOutRedirects));

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(
        Application application, CancellationToken cancellationToken) =>
        Of(ImmutableDictionary<string, JsonElement>.Empty);

    public ValueTask<ImmutableArray<string>> GetRedirectUrisAsync(
        Application application, CancellationToken cancellationToken) =>
        Of(ImmutableArray.Create(application.Redirects));

    /// <summary>A public application has no other proof than PKCE.</summary>
    public ValueTask<ImmutableArray<string>> GetRequirementsAsync(
        Application application, CancellationToken cancellationToken) => Of(
        application.IsPublic ? [Requirements.Features.ProofKeyForCodeExchange] : ImmutableArray<string>.Empty);

    public ValueTask<ImmutableDictionary<string, string>> GetSettingsAsync(
        Application application, CancellationToken cancellationToken) =>
        Of(ImmutableDictionary<string, string>.Empty);

    private async IAsyncEnumerable<Application> ListAsync(
        Func<Application, bool> matches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var application in await administration.ListAsync(cancellation))
        {
            if (IsClient(application) && matches(application))
                yield return application;
        }
    }

    private static ValueTask<T> Of<T>(T value) => ValueTask.FromResult(value);
}
