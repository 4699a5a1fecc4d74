using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary><c>/apps/oauth/authorize</c>: the link is not signed; the request token tells which application asks.</summary>
internal sealed class OAuthAuthorizeModel(ConsentDecisions decisions, ApplicationDirectory applications, Handshakes handshakes) : AuthorizePage(decisions)
{
    protected override async Task<(ConsentLink? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        // A token begins with the number of its application, so that one can be found by the other.
        var call = Link;
        if (call.NonEmpty(RequestTokenName) is not { } token || !IpernityRequest.IsToken(token) || Asked(call) is not { } asked
            || await applications.FindEnabledAsync(long.Parse(token.AsSpan(0, token.IndexOf('-', StringComparison.Ordinal))), cancellation) is not { Kind: not ApplicationKind.Service } application
            || await handshakes.FindOpenAsync(IpernityFeature.RequestTokens, application.Id, token, cancellation) is not { } open)
            return (null, LinkProblem.Spent);

        // What the application signed when it asked for the token stands; the link, which nobody signs, may choose only where it
        // did not (OAuth 1.0 as it was before 1.0a), and then a whole URL.
        var callback = open.Callback ?? call.NonEmpty("oauth_callback") ?? "";
        return (new ConsentLink(application, open, token, application.Callback, CallbackAddress.IsAbsolute(callback) ? callback : null, RequestTokenName, asked.Stored), "");
    }
}
