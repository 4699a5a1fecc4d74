using System.Diagnostics;
using TokenAuth.Kernel.Applications;
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
    TokenAuthOptions options, Metrics telemetry, HourlyCounts counts, ApplicationFaults faults, FailureLog failures,
    ILogger<DialectPipeline> logger)
{
    /// <summary>Runs one call through its endpoint.</summary>
    public async Task<IResult> RunAsync(IDialectEndpoint endpoint, HttpContext context)
    {
        var dialect = endpoint.Dialect;
        using var timer = telemetry.TimeCall(dialect);
        using var activity = Metrics.Activities.StartActivity(dialect, ActivityKind.Server);
        var (call, fault) = await Call.ReadAsync(context.Request, endpoint.ReadsBody, context.RequestAborted);
        var outcome = fault is { } unreadable ? unreadable
            : options.Maintenance && !endpoint.AnswersInMaintenance ? FaultKind.Maintenance
            : await TryAsync(endpoint, call, context);
        if (outcome.Succeeded(out var result, out var refusal))
        {
            Record(dialect, call.Sender, call.Sender.Report, FaultKind.ParameterInvalid);
            return result;
        }

        telemetry.Refused(dialect, refusal.Kind);
        activity?.SetTag("fault", refusal.Kind.ToString());
        LogRefused(dialect, refusal.Kind);
        if (call.Sender.Application is not null)
            Record(dialect, call.Sender, endpoint.Report(call, refusal), refusal.Kind);
        context.Response.SetRetryAfter(refusal.RetryAfter);
        // HTTP libraries look for the status 415, so even dialects that answer errors with 200 send it.
        if (refusal.Kind == FaultKind.CallCompressed)
            ContentCodings.Refuse(context.Response);
        return endpoint.Refuse(call, refusal);
    }

    private async ValueTask<Outcome<IResult>> TryAsync(IDialectEndpoint endpoint, Call call, HttpContext context)
    {
        try
        {
            return await endpoint.AnswerAsync(call, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            failures.StoreFailed(endpoint.Dialect, failure, context.TraceIdentifier);
            return FaultKind.Unavailable;
        }
        catch (Exception failure)
        {
            LogFailure(failure, endpoint.Dialect, context.TraceIdentifier);
            return FaultKind.Internal;
        }
    }

    /// <summary>Counts a call for the owner of the application that it names.</summary>
    /// <param name="report">What the owner is told of the refusal; null if the call was answered.</param>
    private void Record(string dialect, CallSender sender, FaultReport? report, FaultKind kind)
    {
        if (sender.Application is not { } application)
            return;
        counts.Add(application.Id, dialect, report is null ? "call" : $"fault {report.Number}");
        if (report is not null)
        {
            faults.Note(
                application.Id, sender.IsProven,
                new ApplicationFault(dialect, report.Method, report.Number, kind, report.Parameter));
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Dialect} refused a call: {Fault}")]
    private partial void LogRefused(string dialect, FaultKind fault);

    [LoggerMessage(LogLevel.Error, "{Dialect} failed (request {Reference})")]
    private partial void LogFailure(Exception failure, string dialect, string reference);
}
