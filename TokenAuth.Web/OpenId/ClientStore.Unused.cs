using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.OpenId;

/// <content>The members that OpenIddict's server does not call.</content>
internal sealed partial class ClientStore
{
    public ValueTask<long> CountAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<long> CountAsync<TResult>(
        Func<IQueryable<Application>, IQueryable<TResult>> query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask CreateAsync(Application application, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DeleteAsync(Application application, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask UpdateAsync(Application application, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<Application> InstantiateAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<TResult?> GetAsync<TState, TResult>(
        Func<IQueryable<Application>, TState, IQueryable<TResult>> query, TState state,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<Application> ListAsync(int? count, int? offset, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<TResult> ListAsync<TState, TResult>(
        Func<IQueryable<Application>, TState, IQueryable<TResult>> query, TState state,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetApplicationTypeAsync(
        Application application, string? type, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetClientIdAsync(
        Application application, string? identifier, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetClientSecretAsync(
        Application application, string? secret, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetClientTypeAsync(Application application, string? type, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetConsentTypeAsync(
        Application application, string? type, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetDisplayNameAsync(
        Application application, string? name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetDisplayNamesAsync(
        Application application, ImmutableDictionary<CultureInfo, string> names, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetJsonWebKeySetAsync(
        Application application, JsonWebKeySet? set, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetPermissionsAsync(
        Application application, ImmutableArray<string> permissions, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetPostLogoutRedirectUrisAsync(
        Application application, ImmutableArray<string> uris, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetPropertiesAsync(
        Application application, ImmutableDictionary<string, JsonElement> properties,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetRedirectUrisAsync(
        Application application, ImmutableArray<string> uris, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetRequirementsAsync(
        Application application, ImmutableArray<string> requirements, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetSettingsAsync(
        Application application, ImmutableDictionary<string, string> settings, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
