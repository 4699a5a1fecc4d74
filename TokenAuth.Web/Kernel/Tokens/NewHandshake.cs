using System.Net;

namespace TokenAuth.Kernel.Tokens;

/// <summary>A handshake to be opened.</summary>
/// <param name="Text">The token that names it: at least 128 random bits.</param>
/// <param name="OpenFor">How long it can be confirmed and exchanged.</param>
/// <param name="SessionLifetime">The life of the session to come; null: without end.</param>
internal sealed record NewHandshake(
    string Dialect, string Text, long ApplicationId, TimeSpan OpenFor,
    TimeSpan? SessionLifetime, bool SessionSlides, IPAddress OpenedFrom,
    string Permissions = "", string? Secret = null, string? Callback = null);
