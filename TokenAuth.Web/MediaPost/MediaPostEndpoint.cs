using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>
/// Answers the calls of one address. The checks run in the order of the platform that the stock clients were written
/// for. The faults are listed in docs/dialects/mediapost.md, "Errors".
/// </summary>
internal sealed class MediaPostEndpoint(
    ApiPath path, CallerCheck callers, SessionStore sessions, MediaPostMethods methods, ServerUrl url)
    : IDialectEndpoint
{
    // docs/dialects/mediapost.md, "Errors": request_args never repeats a signature, a token or a session key.
    private static readonly string[] Confidential =
        ["sig", "apiSig", "session_key", "auth_token", "secret", "api_secret", "password"];

    public string Dialect => MediaPostFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var request = new MediaPostRequest(call);
        // A desktop application runs on its users' machines, so its list of networks does not apply.
        var admitted = await callers.AdmitAsync(
            request.ApiKey,
            call,
            bindsAddress: application => application.Kind != ApplicationKind.Desktop,
            cancellation);
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
        // docs/dialects/mediapost.md, "What differs from the original, and why".
        if (!request.IsUnambiguous)
            return FaultKind.SignatureAmbiguous;

        Caller caller = session is not null && request.SessionKey is { } key
            ? new PersonCaller(admission.Application, session, key)
            : new ApplicationCaller(admission.Application);
        var answer = await method.AnswerAsync(methods, request, caller, cancellation);
        if (!answer.Succeeded(out var value, out fault))
            return fault;
        return new MediaPostResult(
            request.Format,
            request.CallbackFunction,
            method.Root,
            method.Namespaces(path),
            value,
            indent: "    ");
    }

    /// <summary>Finds the session that a call presents. Returns null if it presents none and needs none.</summary>
    private async ValueTask<Outcome<ActiveSession?>> PresentedSessionAsync(
        MediaPostRequest request, Application application, CancellationToken cancellation)
    {
        if (AsksForSessionSecret(request, application) && request.SessionKey is null)
            return FaultKind.SessionUnusable;
        if (request.MethodName is null)
            return FaultKind.MethodMissing;
        if (request.SessionKey is not { } key)
        {
            var needsSession =
                request.Method?.NeedsSession ?? MediaPostMethod.UnknownNeedsSession(request.MethodName);
            return needsSession ? FaultKind.SessionUnusable : (ActiveSession?)null;
        }

        // A session key must be valid if it is sent, even to a method that needs none.
        var check = await sessions.FindAsync(
            MediaPostFeature.Dialect, application.Id, key, cancellation,
            needsSecret: MaySignWithSessionSecret(request, application));
        return check.Succeeded(out var session, out var fault) ? session : fault;
    }

    /// <summary>
    /// Checks the signature. A desktop application signs every call that carries a session key with the session's
    /// secret; a web application does so if it sends <c>ss=1</c>. createToken and getSession are always signed with the
    /// application's secret.
    /// </summary>
    private bool IsSigned(MediaPostRequest request, Admission admission, ActiveSession? session)
    {
        if (request is { PresentedSignature: null, Method.IsUnsignedInDevelopment: true }
            && admission.Application.Nonproduction)
        {
            admission.Accept();
            return true;
        }

        if (session is null || !SignsWithSessionSecret(request, admission.Application))
        {
            return callers.IsSigned(admission, request.PresentedSignature, request.Sign);
        }

        return callers.IsSigned(
            admission,
            request.PresentedSignature,
            request.Sign,
            secrets: sessions.SecretOf(session) is { } secret ? [secret] : []);
    }

    /// <summary>Tells whether a call with a session is signed with the session's secret.</summary>
    public static bool SignsWithSessionSecret(MediaPostRequest request, Application application) =>
        request.Method is not { IgnoresSessionSecret: true } && MaySignWithSessionSecret(request, application);

    private static bool MaySignWithSessionSecret(MediaPostRequest request, Application application) =>
        application.Kind == ApplicationKind.Desktop || request.IsSignedWithSessionSecret;

    /// <summary>
    /// Checks whether <c>ss</c> applies. Desktop applications use the session's secret regardless of it.
    /// </summary>
    private static bool AsksForSessionSecret(MediaPostRequest request, Application application) =>
        application.Kind != ApplicationKind.Desktop && request.IsSignedWithSessionSecret;

    public IResult Refuse(Call call, Fault fault)
    {
        var request = new MediaPostRequest(call);
        var (code, message) = MediaPostFaults.Of(request.ParameterStyle, fault);
        message = fault.Kind switch
        {
            FaultKind.HttpsRequired =>
                "Desktop applications must call this method at the https endpoint, "
                + $"{url.Https(call.Request, path.Path)}.",
            FaultKind.CallCompressed => "The request must not be compressed: send it without Content-Encoding.",
            _ => message,
        };
        var arguments = new Value.Sequence("arg", [.. call.Parameters.Select(Argument)]);
        return new MediaPostResult(
            request.Format,
            request.CallbackFunction,
            "error_response",
            MediaPostMethod.ErrorNamespaces(path),
            new Value.Record(("error_code", code), ("error_msg", message), ("request_args", arguments)),
            indent: "  ");
    }

    public FaultReport Report(Call call, Fault fault)
    {
        var request = new MediaPostRequest(call);
        var isCamel = request.ParameterStyle == ParameterStyle.CamelCase;
        return new FaultReport(
            request.Method?.Name,
            $"{MediaPostFaults.Of(request.ParameterStyle, fault).Code}",
            FaultReport.ParameterOf(fault, isCamel ? "apiSig" : "sig", "session_key", "auth_token"));
    }

    private static Value Argument(Parameter parameter) =>
        new Value.Record(("key", parameter.Name), ("value", Masked(parameter)));

    private static string Masked(Parameter parameter)
    {
        if (!Confidential.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase))
            return parameter.Value;
        return parameter.Value.Length > 16 ? parameter.Value[..4] + "..."
            : parameter.Value.Length > 0 ? "..." : "";
    }
}
