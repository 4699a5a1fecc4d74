using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session to be issued.</summary>
/// <param name="Dialect">Whose session it is; a session is good in its own dialect only.</param>
/// <param name="Text">What the caller will present: at least 128 random bits.</param>
/// <param name="Secret">A secret of the session's own, where the dialect has one.</param>
/// <param name="Lifetime">Null: without end.</param>
/// <param name="Slides">Whether each use starts the lifetime anew.</param>
/// <param name="AccountKeyId">The API key of the account that it is opened with, if any.</param>
/// <param name="Stamp">
/// The account's security stamp from before its password was checked. If the password has changed since, the session has ended
/// already. Null: it is not opened with a password.
/// </param>
/// <param name="ParentId">The session that it is opened with, if any: where that has ended meanwhile, none is opened.</param>
/// <param name="IsBound">Whether it is good from <paramref name="OpenedFrom"/> only.</param>
internal sealed record NewSession(
    string Dialect, string Text, string? Secret, long? ApplicationId, long? AccountId,
    string Permissions, TimeSpan? Lifetime, bool Slides, IPAddress OpenedFrom, bool IsBound = false, long? AccountKeyId = null,
    string? Stamp = null, long? ParentId = null);
