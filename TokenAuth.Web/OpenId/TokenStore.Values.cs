using System.Collections.Immutable;
using System.Text.Json;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Schema;

namespace TokenAuth.OpenId;

/// <content>The values of a token, and the members that OpenIddict's server does not call.</content>
internal sealed partial class TokenStore
{
    public ValueTask<string?> GetApplicationIdAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.ApplicationId?.ToString());

    public ValueTask<string?> GetAuthorizationIdAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.AuthorizationId);

    public ValueTask<DateTimeOffset?> GetCreationDateAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DateTimeOffset?>(token.CreatedAt);

    public ValueTask<DateTimeOffset?> GetExpirationDateAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DateTimeOffset?>(token.ExpiresAt);

    public ValueTask<string?> GetIdAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>(token.Id);

    public ValueTask<string?> GetPayloadAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.Payload);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(
        OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ImmutableDictionary<string, JsonElement>.Empty);

    public ValueTask<DateTimeOffset?> GetRedemptionDateAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.RedeemedAt);

    public ValueTask<string?> GetReferenceIdAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.ReferenceId);

    public ValueTask<string?> GetStatusAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>(token.Status);

    public ValueTask<string?> GetSubjectAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(token.Subject);

    public ValueTask<string?> GetTypeAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>(token.Type);

    public ValueTask SetApplicationIdAsync(
        OpenIdToken token, string? identifier, CancellationToken cancellationToken) =>
        Set(token.ApplicationId = identifier is null ? null : long.Parse(identifier));

    public ValueTask SetAuthorizationIdAsync(
        OpenIdToken token, string? identifier, CancellationToken cancellationToken) =>
        Set(token.AuthorizationId = identifier);

    public ValueTask SetCreationDateAsync(
        OpenIdToken token, DateTimeOffset? date, CancellationToken cancellationToken) =>
        Set(token.CreatedAt = date.GetValueOrDefault());

    public ValueTask SetExpirationDateAsync(
        OpenIdToken token, DateTimeOffset? date, CancellationToken cancellationToken) =>
        Set(token.ExpiresAt = date.GetValueOrDefault());

    public ValueTask SetPayloadAsync(OpenIdToken token, string? payload, CancellationToken cancellationToken) =>
        Set(token.Payload = payload);

    /// <summary>The server sets no properties.</summary>
    public ValueTask SetPropertiesAsync(
        OpenIdToken token, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    public ValueTask SetRedemptionDateAsync(
        OpenIdToken token, DateTimeOffset? date, CancellationToken cancellationToken) =>
        Set(token.RedeemedAt = date);

    public ValueTask SetReferenceIdAsync(OpenIdToken token, string? identifier, CancellationToken cancellationToken) =>
        Set(token.ReferenceId = identifier);

    public ValueTask SetStatusAsync(OpenIdToken token, string? status, CancellationToken cancellationToken) =>
        Set(token.Status = status ?? "");

    public ValueTask SetSubjectAsync(OpenIdToken token, string? subject, CancellationToken cancellationToken) =>
        Set(token.Subject = subject);

    public ValueTask SetTypeAsync(OpenIdToken token, string? type, CancellationToken cancellationToken) =>
        Set(token.Type = type ?? "");

    public ValueTask<long> CountAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> CountAsync<TResult>(
        Func<IQueryable<OpenIdToken>, IQueryable<TResult>> query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DeleteAsync(OpenIdToken token, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<OpenIdToken> FindAsync(
        string? subject, string? client, string? status, string? type, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<OpenIdToken> FindByApplicationIdAsync(
        string identifier, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<OpenIdToken> FindByAuthorizationIdAsync(
        string identifier, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<OpenIdToken> FindBySubjectAsync(string subject, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<TResult?> GetAsync<TState, TResult>(
        Func<IQueryable<OpenIdToken>, TState, IQueryable<TResult>> query, TState state,
        CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<OpenIdToken> ListAsync(int? count, int? offset, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<TResult> ListAsync<TState, TResult>(
        Func<IQueryable<OpenIdToken>, TState, IQueryable<TResult>> query, TState state,
        CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The expiry sweep deletes expired tokens.</summary>
    public ValueTask<long> PruneAsync(DateTimeOffset threshold, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<long> RevokeAsync(
        string? subject, string? client, string? status, string? type, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<long> RevokeByApplicationIdAsync(
        string identifier, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<long> RevokeBySubjectAsync(string subject, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    private static ValueTask Set(object? value) => ValueTask.CompletedTask;
}
