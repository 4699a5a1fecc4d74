using System.Diagnostics;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Stands around every call of a dialect: maintenance, calls that cannot be read, and failures of ours become faults,
/// faults are counted, and each call is one activity. What the caller did never arrives here as an exception.
/// </summary>
internal sealed partial class DialectPipeline(TokenAuthOptions options, Metrics telemetry, FailureLog failures, ILogger<DialectPipeline> logger)
{
    /// <param name="dialect">Its name in metrics and traces.</param>
    /// <param name="answer">What the dialect does; its own refusals come back through <paramref name="refuse"/> too.</param>
    /// <param name="refuse">How the dialect writes a fault.</param>
    /// <param name="isEnvelope">Whether the body is no form, but something that the dialect reads itself.</param>
    /// <param name="answersInMaintenance">Whether it answers during maintenance, too.</param>
    public async Task<IResult> RunAsync(
        string dialect, HttpContext context, Func<Call, Task<Outcome<IResult>>> answer, Func<Call, Fault, IResult> refuse,
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
        // Libraries look for this status, so it comes from the dialects that answer their errors with 200, too.
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
