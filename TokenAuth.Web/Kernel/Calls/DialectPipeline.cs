using System.Diagnostics;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Runs every call of a dialect. It reads the call, turns maintenance, unreadable calls and the server's own failures
/// into faults, counts the faults, and makes each call one activity. A caller's mistake is a fault and never an
/// exception.
/// </summary>
internal sealed partial class DialectPipeline(
    TokenAuthOptions options, Metrics telemetry, FailureLog failures, ILogger<DialectPipeline> logger)
{
    /// <summary>Runs one call.</summary>
    /// <param name="dialect">The dialect's name in metrics and traces.</param>
    /// <param name="answer">Answers the call, or returns the dialect's own fault.</param>
    /// <param name="refuse">Writes a fault in the dialect's words.</param>
    /// <param name="isEnvelope">True if the dialect reads the body itself, because it is not a form.</param>
    /// <param name="answersInMaintenance">True if calls are answered during maintenance as well.</param>
    public async Task<IResult> RunAsync(
        string dialect, HttpContext context,
        Func<Call, Task<Outcome<IResult>>> answer, Func<Call, Fault, IResult> refuse,
        bool isEnvelope = false, bool answersInMaintenance = false)
    {
        using var activity = Metrics.Activities.StartActivity(dialect, ActivityKind.Server);
        var (call, fault) = await Call.ReadAsync(context.Request, isEnvelope, context.RequestAborted);
        var outcome = fault is { } unreadable ? unreadable
            : options.Maintenance && !answersInMaintenance ? FaultKind.Maintenance
            : await TryAsync(dialect, call, context, answer);
        if (outcome.Succeeded(out var result, out var refusal))
            return result;

        telemetry.Refused(dialect, refusal.Kind);
        activity?.SetTag("fault", refusal.Kind.ToString());
        LogRefused(dialect, refusal.Kind);
        context.Response.SetRetryAfter(refusal.RetryAfter);
        // HTTP libraries look for the status 415, so even dialects that answer errors with 200 send it.
        if (refusal.Kind == FaultKind.CallCompressed)
            ContentCodings.Refuse(context.Response);
        return refuse(call, refusal);
    }

    private async Task<Outcome<IResult>> TryAsync(
        string dialect, Call call, HttpContext context, Func<Call, Task<Outcome<IResult>>> answer)
    {
        try
        {
            return await answer(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            failures.StoreFailed(dialect, failure, context.TraceIdentifier);
            return FaultKind.Unavailable;
        }
        catch (Exception failure)
        {
            LogFailure(failure, dialect, context.TraceIdentifier);
            return FaultKind.Internal;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Dialect} refused a call: {Fault}")]
    private partial void LogRefused(string dialect, FaultKind fault);

    [LoggerMessage(LogLevel.Error, "{Dialect} failed (request {Reference})")]
    private partial void LogFailure(Exception failure, string dialect, string reference);
}
