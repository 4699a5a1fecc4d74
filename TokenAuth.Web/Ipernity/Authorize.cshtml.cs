using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity;

/// <summary>
/// <c>/apps/authorize</c>: asks the person to allow an application. The link is signed with the application's secret.
/// Source: docs/dialects/ipernity.md, "A handshake".
/// </summary>
internal sealed class AuthorizeModel(
    ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes) : ConsentPage(decisions)
{
    private const string Frob = "frob";

    private const string Tampered =
        "The link was changed on its way, or it was made with the wrong secret. Start again from the application.";

    private const string NoPermission =
        "This link asks for a permission that does not exist. Ask the makers of the application.";

    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        var call = Call.OfQuery(Request);
        if (call.NonEmpty("api_key") is not { } key
            || await applications.FindEnabledAsync(key, cancellation)
                is not { Kind: not ApplicationKind.Service } application)
            return (null, LinkProblem.NoApplication);
        var request = new IpernityRequest(call, methodName: null);
        if (!Signature.Matches(request.PresentedSignature, applications.SecretsOf(application), request.Sign))
            return (null, Tampered);
        // docs/dialects/ipernity.md, "What differs from the original, and why".
        if (!request.IsUnambiguous)
            return (null, request.AmbiguityFault.Kind == FaultKind.HandshakeUnusable ? LinkProblem.Spent : Tampered);
        if (AuthorizeLink.PermissionsOf(call) is not { } requested)
            return (null, NoPermission);

        var callback = application.Kind == ApplicationKind.Web ? application.Callback : null;
        var frob = call.NonEmpty(Frob);
        if (frob is null && callback is null)
            return (null, LinkProblem.Lacks(Frob));
        var handshake = frob is not null && IpernityRequest.IsToken(frob)
            ? await handshakes.FindOpenAsync(IpernityFeature.Dialect, application.Id, frob, cancellation)
            : null;
        return frob is null || handshake is not null
            ? (AuthorizeLink.Request(call, application, handshake, requested, callback, Frob), "")
            : (null, LinkProblem.Spent);
    }
}
