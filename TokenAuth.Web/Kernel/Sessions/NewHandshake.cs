using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A handshake to be opened.</summary>
/// <param name="Text">The token that names it: at least 128 random bits.</param>
/// <param name="OpenFor">How long it can be confirmed and exchanged.</param>
/// <param name="SessionLifetime">The life of the session to come; null: without end.</param>
internal sealed record NewHandshake(
    string Dialect, string Text, long ApplicationId, TimeSpan OpenFor,
    TimeSpan? SessionLifetime, bool SessionSlides, IPAddress OpenedFrom,
    string Permissions = "", string? Secret = null, string? Callback = null);

/// <summary>An open handshake, as shown to the person who is asked to confirm it.</summary>
internal sealed record OpenHandshake(long Id, DateTimeOffset OpenedAt, string OpenedFrom, string Permissions, string? Callback);

/// <summary>What an exchange gave: whose session it is, and until when.</summary>
internal sealed record ExchangeResult(
    string Text, string? Secret, long AccountId, string Login, string DisplayName, DateTimeOffset? ExpiresAt, string Permissions);
