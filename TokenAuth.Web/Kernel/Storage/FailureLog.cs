using Microsoft.AspNetCore.Diagnostics;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Says in a line without a stack trace, once in a second at most, what is nobody's defect: a store that cannot be read or written. Every
/// call meets that at the same time.
/// </summary>
internal sealed partial class FailureLog(TimeProvider clock, ILogger<FailureLog> logger)
{
    private readonly LineLimit _limit = new(clock);

    /// <param name="who">A dialect, or what else has failed.</param>
    /// <param name="reference">Names the request, as an error page does; null outside of requests.</param>
    public void StoreFailed(string who, Exception failure, string? reference = null)
    {
        if (_limit.Passes(out var held))
            LogStore(who, failure.GetBaseException().Message.ReplaceLineEndings(" "), reference ?? "none", held);
    }

    /// <summary>For the pages' exception handler: whether it has nothing to log, because a line was written here or a client is at fault.</summary>
    public bool Covers(ExceptionHandlerSuppressDiagnosticsContext failed)
    {
        if (failed.Exception is BadHttpRequestException)
            return true;
        if (!StoreUnavailableException.IsBehind(failed.Exception))
            return false;
        StoreFailed("a page", failed.Exception, failed.HttpContext.TraceIdentifier);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "{Who} could not reach the store: {Reason} (request {Reference}; {Held} such lines left out before it)")]
    private partial void LogStore(string who, string reason, string reference, int held);
}
