using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Sessions;

/// <summary>Shows the permissions of a dialect's sessions as scopes of access tokens.</summary>
internal interface IPermissionScopes
{
    /// <summary>The dialect's name.</summary>
    string Dialect { get; }

    /// <summary>All scopes, each with its words for the consent page.</summary>
    IReadOnlyList<(string Scope, Text Words)> Scopes { get; }

    /// <summary>Returns the scopes that a session has.</summary>
    /// <param name="permissions">The session's permissions, in the dialect's notation.</param>
    IReadOnlyList<string> ScopesOf(string permissions);
}

/// <summary>
/// Issues a dialect's session to an application that presents an access token instead of a handshake.
/// </summary>
internal interface ISessionIssuer
{
    /// <summary>The dialect's name.</summary>
    string Dialect { get; }

    /// <summary>
    /// Issues a session of the application with the permissions that the scopes stand for.
    /// </summary>
    /// <returns>The session's text; null if the parent has ended, or the account is closed.</returns>
    Task<string?> IssueAsync(SessionRequest request, CancellationToken cancellation);
}

/// <summary>A session to issue for an access token.</summary>
/// <param name="ApplicationId">The application that the session is for.</param>
/// <param name="ParentId">The session of the access token.</param>
internal sealed record SessionRequest(
    long ApplicationId, long AccountId, long ParentId, IReadOnlyCollection<string> Scopes, System.Net.IPAddress From);
