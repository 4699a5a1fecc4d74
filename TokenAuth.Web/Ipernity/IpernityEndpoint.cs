using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// Runs the checks of a call: format, envelope, method, caller, signature, token, permission. The order is that of
/// docs/dialects/ipernity.md, "Errors".
/// </summary>
internal sealed class IpernityEndpoint(
    DialectPipeline pipeline, CallerCheck callers, AddressLimit addresses, OAuthCheck oauth, SessionStore sessions,
    IpernityMethods methods, TimeProvider clock)
{
    /// <summary>Answers a call.</summary>
    /// <param name="read">The call as the shared XML-RPC endpoint has parsed it; null elsewhere.</param>
    public Task<IResult> HandleAsync(
        Binding binding,
        HttpContext context,
        string? methodName,
        string? format,
        Outcome<XmlRpcRequest>? read = null)
    {
        Envelope? parsed = null;
        Envelope? EnvelopeOf(Call call) =>
            binding == Binding.Rest ? null : parsed ??= Envelope.Read(binding, call, read);

        return pipeline.RunAsync(
            IpernityFeature.Dialect, context,
            call => AnswerAsync(binding, call, methodName, EnvelopeOf(call), format, context.RequestAborted),
            (call, fault) =>
            {
                // An unknown format is refused in the binding's default format.
                var answerFormat = IpernityRequest.FormatOf(binding, format, EnvelopeOf(call))
                    ?? IpernityRequest.FormatOf(binding, null, EnvelopeOf(call))!.Value;
                return Refuse(binding, answerFormat, fault);
            },
            isEnvelope: binding != Binding.Rest);
    }

    private async Task<Outcome<IResult>> AnswerAsync(
        Binding binding,
        Call call,
        string? methodName,
        Envelope? envelope,
        string? format,
        CancellationToken cancellation)
    {
        if (IpernityRequest.FormatOf(binding, format, envelope) is not { } answerFormat)
            return FaultKind.FormatUnknown;
        if (envelope is not null)
        {
            if (!HttpMethods.IsPost(call.Verb))
                return FaultKind.PostRequired;
            if (envelope.Request is not { } sent || sent.Parameters.Count > Call.MaxParameters)
                return FaultKind.EnvelopeInvalid;
            (methodName, call) = (sent.Method, call.With(sent.Parameters));
        }

        // docs/dialects/ipernity.md, "What differs from the original, and why": OAuth does not sign an envelope's
        // method or the parts of a multipart form, so they are accepted over https only.
        var oauthParameters = OAuthCheck.Read(call);
        if (oauthParameters is not null && !call.Secure)
        {
            (call, oauthParameters) = binding == Binding.Rest
                ? (call.With(oauthParameters.Signed), oauthParameters)
                : (call, null);
        }

        var request = new IpernityRequest(call, methodName);
        if (request.Method is not { } method)
            return string.IsNullOrEmpty(methodName) ? FaultKind.MethodMissing : FaultKind.MethodUnknown;
        var check = await CheckAsync(request, oauthParameters, method, cancellation);
        if (!check.Succeeded(out var caller, out var fault))
            return fault;
        var answer = await methods.RunAsync(method, request, caller, cancellation);
        return answer.Succeeded(out var payload, out fault)
            ? Outcome<IResult>.Of(IpernityResult.Answer(answerFormat, payload, clock.GetUtcNow()))
            : fault;
    }

    private async Task<Outcome<Caller>> CheckAsync(
        IpernityRequest request,
        OAuthParameters? oauthParameters,
        IpernityMethod method,
        CancellationToken cancellation)
    {
        var call = request.Call;
        var key = oauthParameters?["oauth_consumer_key"] ?? call.NonEmpty("api_key");
        if (!method.NeedsKey && string.IsNullOrEmpty(key))
            return addresses.Allows(call.Address) ? new Caller(null, null, null) : FaultKind.AddressThrottled;
        var admitted = await callers.AdmitAsync(key, call.Address, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        if (!addresses.Allows(call.Address))
            return FaultKind.AddressThrottled;
        if (!method.NeedsSignature)
        {
            admission.Accept();
            return new Caller(admission.Application, null, null);
        }

        var token = call.NonEmpty("auth_token");
        ActiveSession? session = null;
        if (oauthParameters is not null)
        {
            var signed = await oauth.CheckAsync(
                oauthParameters, admission, IpernityFeature.Dialect, needsToken: false, cancellation);
            if (!signed.Succeeded(out session, out fault))
                return fault;
            token = oauthParameters["oauth_token"];
        }
        else if (request.PresentedSignature is null)
        {
            return FaultKind.SignatureMissing;
        }
        else if (!callers.IsSigned(admission, request.PresentedSignature, request.Sign))
        {
            return FaultKind.SignatureWrong;
        }
        // docs/dialects/ipernity.md, "What differs from the original, and why".
        else if (!request.IsUnambiguous)
        {
            return request.AmbiguityFault;
        }

        if (!method.ReadsToken)
            return new Caller(admission.Application, null, null);
        if (string.IsNullOrEmpty(token))
            return method.NeedsToken ? FaultKind.SessionMissing : new Caller(admission.Application, null, null);
        if (session is null)
        {
            var check = await sessions.CheckAsync(
                IpernityFeature.Dialect, admission.Application.Id, token, cancellation);
            if (!check.Succeeded(out session, out fault))
                return fault;
        }

        if (method.Needs is var (area, level) && Permissions.FromStored(session.Permissions)[area] < level)
            return FaultKind.PermissionMissing;
        return new Caller(admission.Application, session, token);
    }

    private IResult Refuse(Binding binding, AnswerFormat format, Fault fault)
    {
        var (code, message) = IpernityFaults.Of(fault, binding);
        // docs/dialects/ipernity.md, "Errors": 413 comes with that status, but not in an envelope.
        var status = binding == Binding.Rest && fault.Kind == FaultKind.CallTooLarge
            ? StatusCodes.Status413PayloadTooLarge
            : (int?)null;
        return IpernityResult.Error(format, code, message, clock.GetUtcNow(), status);
    }
}

/// <summary>
/// The identified caller: the application, and the person's session and token if the method needs them.
/// </summary>
internal sealed record Caller(Application? Application, ActiveSession? Session, string? Token);
