using Microsoft.AspNetCore.Connections;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// What is left to do after a request's body broke off while it was read. Kestrel would look for the rest of the body or
/// for the next request, find its own reader in the middle of a reading, and log that as a failure; a stranger could fill
/// a log with it.
/// </summary>
internal static class BrokenBody
{
    /// <param name="failure">Of the reading; nothing happens where it is not about the connection.</param>
    public static void Leave(HttpContext context, Exception failure)
    {
        if (failure is ConnectionResetException)
            context.Abort();
        else if (failure is BadHttpRequestException && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }
}
