using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// <c>/apps/oauth/authorize</c>: asks the person to allow an application. The link is unsigned; the request token
/// identifies the application. Source: docs/dialects/ipernity.md, "A handshake".
/// </summary>
internal sealed class OAuthAuthorizeModel(
    ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes) : ConsentPage(decisions)
{
    private const string TokenName = "oauth_token";

    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        var call = Call.OfQuery(Request);
        if (call.NonEmpty(TokenName) is not { } token
            || !IpernityRequest.IsToken(token)
            || AuthorizeLink.PermissionsOf(call) is not { } requested
            || await applications.FindEnabledAsync(ApplicationIdOf(token), cancellation)
                is not { Kind: not ApplicationKind.Service } application
            || await handshakes.FindOpenAsync(IpernityFeature.RequestTokens, application.Id, token, cancellation)
                is not { } handshake)
        {
            return LinkProblem.Spent;
        }

        // docs/dialects/ipernity.md, "What differs from the original, and why": the unsigned link cannot change the
        // callback that the application signed. Without one (OAuth 1.0) the link may name a whole URL.
        var named = handshake.Callback ?? call.NonEmpty("oauth_callback") ?? "";
        var isOutOfBand = handshake.Callback == OAuthEndpoint.OutOfBand;
        var callback = isOutOfBand ? null : application.Callback;
        var link = AuthorizeLink.Request(call, application, handshake, requested, callback, TokenName) with
        {
            CallbackSuffix = CallbackUrl.IsAbsolute(named) ? named : null,
            // OAuth libraries expect the request token in each redirect.
            Denial = [(TokenName, token), ("error", "access_denied")],
            // Created anew for each request. The one that is stored with the consent goes to the callback.
            Verifier = callback is not null && handshake.Callback is not null
                ? (OAuthEndpoint.VerifierName, RandomToken.Hex(32))
                : null,
        };
        return isOutOfBand ? WithCode(link, token) : link;
    }

    /// <summary>
    /// Shows a code afterwards, in case the program asks for a verifier (OAuth 1.0a). Programs written for the
    /// original, which had none, send anything or nothing, so the code is not checked (docs/dialects/ipernity.md, "A
    /// handshake").
    /// </summary>
    private static ConsentRequest WithCode(ConsentRequest link, string token)
    {
        var (application, code) = (link.Application, RandomToken.Decimal(8));
        string Back(string callback) => CallbackUrl.With(
            callback, added: null, (TokenName, token), (OAuthEndpoint.VerifierName, code));

        return link with
        {
            Afterwards = new Text(
                "If you allow it, this page shows a code, in case {0} asks you for one.", application.Name),
            Done = link.Done with
            {
                Paragraphs =
                [
                    new Text("{0} can sign in as you now.", application.Name),
                    new Text("If it asks you for a code or a verifier, copy this one. Then you can close this window."),
                ],
                Code = code,
                Onward = application is { Kind: ApplicationKind.Web, Callback: { } callback }
                    ? ConsentRequest.BackTo(callback, Back(callback))
                    : null,
            },
        };
    }

    /// <summary>Reads the application's number from a request token of the valid form.</summary>
    private static long ApplicationIdOf(string token) =>
        long.Parse(token.AsSpan(0, token.IndexOf('-', StringComparison.Ordinal)));
}
