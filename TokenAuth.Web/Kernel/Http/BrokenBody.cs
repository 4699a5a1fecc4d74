using Microsoft.AspNetCore.Connections;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Closes the connection of a request whose body broke off while it was read. Otherwise Kestrel would look for the rest
/// of the body or the next request, find its reader in the middle of a read, and log a failure. A stranger could fill
/// the log that way.
/// </summary>
internal static class BrokenBody
{
    /// <summary>Aborts the connection, or ends it after the answer.</summary>
    /// <param name="failure">The failure to read the body. Nothing happens unless it concerns the connection.</param>
    public static void Leave(HttpContext context, Exception failure)
    {
        if (failure is ConnectionResetException)
            context.Abort();
        else if (failure is BadHttpRequestException && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }
}
