using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A handshake to open.</summary>
/// <param name="Text">The token's text: at least 128 random bits.</param>
/// <param name="OpenFor">The time within which it must be confirmed and exchanged.</param>
/// <param name="SessionLifetime">The lifetime of the session; null if the session has no end.</param>
internal sealed record NewHandshake(
    string Dialect, string Text, long ApplicationId, TimeSpan OpenFor,
    TimeSpan? SessionLifetime, bool SessionSlides, IPAddress OpenedFrom,
    string Permissions = "", string? Secret = null, string? Callback = null);

/// <summary>An open handshake, as shown to the person who is asked to confirm it.</summary>
internal sealed record OpenHandshake(
    long Id, string Dialect, string Text, long ApplicationId, DateTimeOffset OpenedAt, string OpenedFrom,
    string Permissions, string? Callback);

/// <summary>The session that an exchange created: its account, permissions and expiry.</summary>
internal sealed record ExchangeResult(
    string Text, string? Secret, long AccountId, string Login, string DisplayName, DateTimeOffset? ExpiresAt,
    string Permissions);
