using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// Answers the calls of one binding: reads the format, the envelope and the method, lets <see cref="IpernityCheck"/>
/// check the caller, and runs the method. The order is that of docs/dialects/ipernity.md, "Errors".
/// </summary>
/// <param name="read">The call as the shared XML-RPC endpoint has parsed it; null elsewhere.</param>
internal sealed class IpernityEndpoint(
    Binding binding, IpernityCheck check, IpernityMethods methods, TimeProvider clock,
    Outcome<XmlRpcRequest>? read = null) : IDialectEndpoint
{
    public string Dialect => IpernityFeature.Dialect;

    public bool ReadsBody => binding != Binding.Rest;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var envelope = EnvelopeOf(call);
        if (IpernityRequest.FormatOf(call, DefaultFormat(envelope)) is not { } format)
            return FaultKind.FormatUnknown;
        var methodName = call.RouteValue("method");
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
        var oauth = OAuthCheck.Read(call);
        if (oauth is not null && !call.Secure)
            (call, oauth) = binding == Binding.Rest ? (call.With(oauth.Signed), oauth) : (call, null);

        var request = new IpernityRequest(call, methodName);
        if (request.Method is not { } method)
            return string.IsNullOrEmpty(methodName) ? FaultKind.MethodMissing : FaultKind.MethodUnknown;
        var identified = await check.RunAsync(request, oauth, method, cancellation);
        if (!identified.Succeeded(out var caller, out var fault))
            return fault;
        var answer = await method.AnswerAsync(methods, request, caller, cancellation);
        return answer.Succeeded(out var payload, out fault)
            ? IpernityResult.Answer(format, payload, clock.GetUtcNow())
            : fault;
    }

    public IResult Refuse(Call call, Fault fault)
    {
        // An unknown format is refused in the binding's default format.
        var byDefault = DefaultFormat(EnvelopeOf(call));
        var format = IpernityRequest.FormatOf(call, byDefault) ?? byDefault;
        var (code, message) = IpernityFaults.Of(fault, binding);
        // docs/dialects/ipernity.md, "Errors": 413 comes with that status, but not in an envelope.
        var status = binding == Binding.Rest && fault.Kind == FaultKind.CallTooLarge
            ? StatusCodes.Status413PayloadTooLarge
            : (int?)null;
        return IpernityResult.Error(format, code, message, clock.GetUtcNow(), status);
    }

    public FaultReport Report(Call call, Fault fault)
    {
        var name = EnvelopeOf(call)?.Request?.Method ?? call.RouteValue("method");
        return new FaultReport(
            IpernityMethod.Find(name)?.Name,
            $"{IpernityFaults.Of(fault, binding).Code}",
            IpernityFaults.ParameterOf(fault, isOAuth: OAuthCheck.Read(call) is not null));
    }

    /// <summary>Parses the envelope of a call. Returns null for REST, whose body is a form.</summary>
    private Envelope? EnvelopeOf(Call call) =>
        binding == Binding.Rest ? null : Envelope.Read(binding, call, read);

    /// <summary>Returns the format unless the address names one. An envelope is answered in kind.</summary>
    private AnswerFormat DefaultFormat(Envelope? envelope) => (binding, envelope) switch
    {
        (Binding.Rest, _) => AnswerFormat.Json,
        (Binding.XmlRpc, _) => AnswerFormat.XmlRpc,
        (_, { IsSoap11: true }) => AnswerFormat.Soap11,
        _ => AnswerFormat.Soap,
    };
}
