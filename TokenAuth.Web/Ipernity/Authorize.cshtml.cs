using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity;

/// <summary><c>/apps/authorize</c>: the link is signed with the application's secret.</summary>
internal sealed class AuthorizeModel(ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes) : AuthorizePage(decisions)
{
    private const string Frob = "frob";

    private const string Tampered = "The link was changed on its way, or it was made with the wrong secret. Start again from the application.";

    private const string NoPermission =
        "This link asks for a permission that does not exist. Ask the makers of the application.";

    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        var call = Link;
        if (call.NonEmpty("api_key") is not { } key || await applications.FindEnabledAsync(key, cancellation) is not { Kind: not ApplicationKind.Service } application)
            return (null, LinkProblem.NoApplication);
        var request = new IpernityRequest(call, methodName: null);
        if (!Signature.Matches(request.PresentedSignature, applications.SecretsOf(application), request.Sign))
            return (null, Tampered);
        if (!request.IsUnambiguous)
            return (null, request.Misreading.Kind == FaultKind.HandshakeUnusable ? LinkProblem.Spent : Tampered);
        if (AskedPermissions(call) is not { } asked)
            return (null, NoPermission);

        var leads = application.Kind == ApplicationKind.Web ? application.Callback : null;
        if (call.NonEmpty(Frob) is not { } frob)
        {
            return leads is not null
                ? (new ConsentRequest(application, Handshake: null, Token: null, leads, CallbackSuffix: null, Frob, asked.Stored), "")
                : (null, LinkProblem.Lacks(Frob));
        }

        return IpernityRequest.IsToken(frob) && await handshakes.FindOpenAsync(IpernityFeature.Dialect, application.Id, frob, cancellation) is { } open
            ? (new ConsentRequest(application, open, frob, leads, CallbackSuffix: null, Frob, asked.Stored), "")
            : (null, LinkProblem.Spent);
    }
}
