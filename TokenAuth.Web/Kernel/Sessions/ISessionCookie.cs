using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Finds the session that a web page's request presents in a dialect. Forward authentication asks each dialect.
/// </summary>
internal interface ISessionCookie
{
    /// <summary>Returns the valid session that the request presents; null if there is none.</summary>
    /// <param name="request">The page's request, or the proxy's sub-request for it.</param>
    /// <param name="caller">The address that requested the page.</param>
    ValueTask<ActiveSession?> FindAsync(HttpRequest request, IPAddress caller, CancellationToken cancellation);
}
