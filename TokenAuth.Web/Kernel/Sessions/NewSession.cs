using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session to issue.</summary>
/// <param name="Dialect">The dialect that issues it. A session is valid in its own dialect only.</param>
/// <param name="Text">The text that the caller will present: at least 128 random bits.</param>
/// <param name="Secret">The session's own secret, if the dialect has one.</param>
/// <param name="Lifetime">The lifetime; null if the session has no end.</param>
/// <param name="Slides">Tells whether the session has sliding expiration.</param>
/// <param name="AccountKeyId">The account's API key that opens it, if any.</param>
/// <param name="Stamp">
/// The account's security stamp from before its password was checked; null if no password opens the session. If the
/// password has changed since, no session is issued.
/// </param>
/// <param name="ParentId">
/// The session that opens it, if any. If that has ended, no session is issued.
/// </param>
/// <param name="IsBound">Tells whether it is valid only from <paramref name="OpenedFrom"/>.</param>
internal sealed record NewSession(
    string Dialect, string Text, string? Secret, long? ApplicationId, long? AccountId,
    string Permissions, TimeSpan? Lifetime, bool Slides, IPAddress OpenedFrom, bool IsBound = false,
    long? AccountKeyId = null, string? Stamp = null, long? ParentId = null)
{
    /// <summary>When the person proved who they are, if that was not now.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>The detail of the event of the sign-in.</summary>
    public string? Detail { get; init; }
}
