using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Languages;
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

    private static readonly Text Tampered = new Text(
        "This link was changed in transit, or it was signed with the wrong secret. Start again from the application.");

    private static readonly Text NoPermission = new Text(
        "This link asks for a permission that does not exist. Contact the makers of the application.");

    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        var call = Call.OfQuery(Request);
        if (call.NonEmpty("api_key") is not { } key
            || await applications.FindEnabledAsync(key, cancellation)
                is not { Kind: not ApplicationKind.Service } application)
            return LinkProblem.NoApplication;
        var request = new IpernityRequest(call, methodName: null);
        if (!Signature.Matches(request.PresentedSignature, applications.SecretsOf(application), request.Sign))
            return Tampered;
        // docs/dialects/ipernity.md, "What differs from the original, and why".
        if (!request.IsUnambiguous)
            return request.AmbiguityFault.Kind == FaultKind.HandshakeUnusable ? LinkProblem.Spent : Tampered;
        if (AuthorizeLink.PermissionsOf(call) is not { } requested)
            return NoPermission;

        var callback = application.Kind == ApplicationKind.Web ? application.Callback : null;
        var frob = call.NonEmpty(Frob);
        if (frob is null && callback is null)
            return LinkProblem.Lacks(Frob);
        var handshake = frob is not null && IpernityRequest.IsToken(frob)
            ? await handshakes.FindOpenAsync(IpernityFeature.Dialect, application.Id, frob, cancellation)
            : null;
        return frob is null || handshake is not null
            ? AuthorizeLink.Request(call, application, handshake, requested, callback, Frob)
            : LinkProblem.Spent;
    }
}
