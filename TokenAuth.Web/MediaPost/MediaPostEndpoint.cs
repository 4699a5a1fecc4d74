using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>Takes a call through the checks, in the order of the platform that the stock clients were written for.</summary>
internal sealed class MediaPostEndpoint(
    DialectPipeline boundary, CallerCheck callers, SessionStore sessions, MediaPostMethods methods, ServerUrl url)
{
    /// <summary>What an error must not repeat in full.</summary>
    private static readonly string[] Confidential = ["sig", "apiSig", "session_key", "auth_token", "secret", "api_secret", "password"];

    public Task<IResult> HandleAsync(ApiPath door, HttpContext context) => boundary.RunAsync(
        MediaPostFeature.Dialect, context,
        call => AnswerAsync(new MediaPostRequest(door, call), context.RequestAborted),
        (call, fault) => Refuse(new MediaPostRequest(door, call), fault));

    private async Task<Outcome<IResult>> AnswerAsync(MediaPostRequest request, CancellationToken cancellation)
    {
        // Desktop applications run anywhere, so their callers' addresses say nothing.
        var admitted = await callers.AdmitAsync(
            request.ApiKey, request.Call.Address, bindsAddress: application => application.Kind != ApplicationKind.Desktop, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        var presented = await PresentedSessionAsync(request, admission.Application, cancellation);
        if (!presented.Succeeded(out var session, out fault))
            return fault;

        if (!IsSigned(request, admission, session))
            return FaultKind.SignatureWrong;
        if (session is not null && request.PresentedSignature is not null)
            session = await sessions.ExtendAsync(session, cancellation);
        if (request.Method is not { } method
            || (AsksForSessionSecret(request, admission.Application) && !method.AllowsSessionSecret))
            return FaultKind.MethodUnknown;
        if (!request.FormatIsKnown)
            return FaultKind.FormatUnknown;
        if (!request.IsUnambiguous)
            return FaultKind.SignatureAmbiguous;

        var answer = await methods.RunAsync(method, request, admission.Application, session, cancellation);
        if (!answer.Succeeded(out var value, out fault))
            return fault;
        return new MediaPostResult(
            request.Format, request.CallbackFunction, method.Root, method.Namespaces(request.ApiPath), value, indent: "    ");
    }

    /// <summary>The session that a call presents, or null where it presents none and needs none.</summary>
    private async Task<Outcome<ActiveSession?>> PresentedSessionAsync(
        MediaPostRequest request, Application application, CancellationToken cancellation)
    {
        if (AsksForSessionSecret(request, application) && request.SessionKey is null)
            return FaultKind.SessionUnusable;
        if (request.MethodName is null)
            return FaultKind.MethodMissing;
        if (request.SessionKey is not { } key)
            return (request.Method?.NeedsSession ?? MediaPostMethod.UnknownNeedsSession(request.MethodName)) ? FaultKind.SessionUnusable : (ActiveSession?)null;

        // A session key that is there must be good, even for methods that need none.
        var check = await sessions.FindAsync(MediaPostFeature.Dialect, application.Id, key, cancellation, needsSecret: MaySignWithSessionSecret(request, application));
        return check.Succeeded(out var session, out var fault) ? session : fault;
    }

    /// <summary>
    /// Desktop applications sign what carries a session key with the session's own secret, and web applications do when
    /// they say so; tokens and sessions are always asked for with the application's.
    /// </summary>
    private bool IsSigned(MediaPostRequest request, Admission admission, ActiveSession? session)
    {
        if (request is { PresentedSignature: null, Method: { } method } && method == MediaPostMethod.CreateToken && admission.Application.Nonproduction)
        {
            admission.Accept();
            return true;
        }

        var withSessionSecret = session is not null
            && request.Method != MediaPostMethod.CreateToken && request.Method != MediaPostMethod.GetSession
            && MaySignWithSessionSecret(request, admission.Application);
        if (!withSessionSecret)
            return callers.IsSigned(admission, request.PresentedSignature, request.Sign);
        return callers.IsSigned(
            admission, request.PresentedSignature, request.Sign, secrets: sessions.SecretOf(session!) is { } secret ? [secret] : []);
    }

    private static bool MaySignWithSessionSecret(MediaPostRequest request, Application application) =>
        application.Kind == ApplicationKind.Desktop || request.IsSignedWithSessionSecret;

    /// <summary>Whether <c>ss</c> means something: a desktop application signs with that secret anyway.</summary>
    private static bool AsksForSessionSecret(MediaPostRequest request, Application application) =>
        application.Kind != ApplicationKind.Desktop && request.IsSignedWithSessionSecret;

    private MediaPostResult Refuse(MediaPostRequest request, Fault fault)
    {
        var (code, message) = MediaPostFaults.Of(request.ParameterStyle, fault);
        message = fault.Kind switch
        {
            FaultKind.HttpsRequired =>
                $"Desktop applications must call this method at the https endpoint, {url.Https(request.Call.Request, request.ApiPath.Path)}.",
            FaultKind.CallCompressed => "The request must not be compressed: send it without Content-Encoding.",
            _ => message,
        };
        var arguments = new Value.Sequence("arg", [.. request.Call.Parameters.Select(Argument)]);
        return new MediaPostResult(
            request.Format, request.CallbackFunction, "error_response", MediaPostMethod.ErrorNamespaces(request.ApiPath),
            new Value.Record(("error_code", code), ("error_msg", message), ("request_args", arguments)), indent: "  ");
    }

    private static Value Argument(Parameter parameter) =>
        new Value.Record(("key", parameter.Name), ("value", Shown(parameter)));

    private static string Shown(Parameter parameter) => !Confidential.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase) ? parameter.Value
        : parameter.Value.Length > 16 ? parameter.Value[..4] + "..."
        : parameter.Value.Length > 0 ? "..." : "";

}
