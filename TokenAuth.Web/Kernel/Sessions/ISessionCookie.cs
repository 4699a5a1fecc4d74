using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>How a dialect's session is presented to a web page: what the forward-auth door asks each dialect.</summary>
internal interface ISessionCookie
{
    /// <summary>The good session that the request brings, or null.</summary>
    /// <param name="request">The page's request, or the sub-request that a proxy makes of it.</param>
    /// <param name="caller">Where the page was asked for from.</param>
    ValueTask<ActiveSession?> FindAsync(HttpRequest request, IPAddress caller, CancellationToken cancellation);
}
