using Microsoft.AspNetCore.Diagnostics;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Logs that the store cannot be read or written, in one line without a stack trace and at most once a second: every
/// call meets the same failure at the same time.
/// </summary>
internal sealed partial class FailureLog(TimeProvider clock, ILogger<FailureLog> logger)
{
    private readonly LineLimit _limit = new(clock);

    /// <param name="who">The dialect or the part of the server that failed.</param>
    /// <param name="reference">The number of the request, as an error page shows it; null outside of requests.</param>
    public void StoreFailed(string who, Exception failure, string? reference = null)
    {
        if (_limit.Passes(out var held))
            LogStore(who, failure.GetBaseException().Message.ReplaceLineEndings(" "), reference ?? "none", held);
    }

    /// <summary>
    /// Tells the exception handler of the pages whether to log nothing: the client is at fault, or a line was written
    /// here.
    /// </summary>
    public bool Covers(ExceptionHandlerSuppressDiagnosticsContext failed)
    {
        if (failed.Exception is BadHttpRequestException)
            return true;
        if (!StoreUnavailableException.IsBehind(failed.Exception))
            return false;
        StoreFailed("a page", failed.Exception, failed.HttpContext.TraceIdentifier);
        return true;
    }

    [LoggerMessage(LogLevel.Error,
        "{Who} could not reach the store: {Reason} (request {Reference}; {Held} such lines left out before it)")]
    private partial void LogStore(string who, string reason, string reference, int held);
}
