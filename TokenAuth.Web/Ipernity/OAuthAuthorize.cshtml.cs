using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// <c>/apps/oauth/authorize</c>: asks the person to allow an application. The link is unsigned; the request token
/// identifies the application. Source: docs/dialects/ipernity.md, "A handshake".
/// </summary>
internal sealed class OAuthAuthorizeModel(
    ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes) : AuthorizePage(decisions)
{
    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        var call = Link;
        if (call.NonEmpty(RequestTokenName) is not { } token
            || !IpernityRequest.IsToken(token)
            || RequestedPermissions(call) is not { } requested
            || await applications.FindEnabledAsync(ApplicationIdOf(token), cancellation)
                is not { Kind: not ApplicationKind.Service } application
            || await handshakes.FindOpenAsync(IpernityFeature.RequestTokens, application.Id, token, cancellation)
                is not { } handshake)
        {
            return (null, LinkProblem.Spent);
        }

        // docs/dialects/ipernity.md, "What differs from the original, and why": the unsigned link cannot change the
        // callback that the application signed. Without one (OAuth 1.0) the link may name a whole URL.
        var named = handshake.Callback ?? call.NonEmpty("oauth_callback") ?? "";
        var callback = handshake.Callback == OAuthEndpoint.OutOfBand ? null : application.Callback;
        var suffix = CallbackUrl.IsAbsolute(named) ? named : null;
        return (new ConsentRequest(
            application, handshake, token, callback, suffix, RequestTokenName, requested.Stored)
        {
            // Created anew for each request. The one that is stored with the consent goes to the callback.
            Verifier = callback is not null && handshake.Callback is not null ? RandomToken.Hex(32) : null,
        }, "");
    }

    protected override ConsentView View(ConsentRequest link, ConsentView view) => base.View(link, view) with
    {
        Afterwards = IsOutOfBand(link)
            ? $"Afterwards this page shows a code, in case {link.Application.Name} asks you for one."
            : null,
    };

    protected override IReadOnlyList<(string Name, string Value)> Answers(ConsentRequest link, string token) =>
        link.Verifier is { } verifier
            ? [.. base.Answers(link, token), (OAuthEndpoint.VerifierName, verifier)]
            : base.Answers(link, token);

    /// <summary>
    /// Shows a code, in case the program asks for a verifier (OAuth 1.0a). Programs written for the original, which had
    /// none, send anything or nothing, so the code is not checked (docs/dialects/ipernity.md, "A handshake").
    /// </summary>
    protected override Message Done(ConsentRequest link, string token)
    {
        var done = base.Done(link, token);
        if (!IsOutOfBand(link))
            return done;
        var verifier = RandomToken.Decimal(8);
        string Back(string callback) => CallbackUrl.With(
            callback, added: null, (RequestTokenName, token), (OAuthEndpoint.VerifierName, verifier));

        return done with
        {
            Paragraphs =
            [
                $"{link.Application.Name} can sign in as you now.",
                "If it asks you for a code or a verifier, copy this one; then you may close this window.",
            ],
            Code = verifier,
            Onward = link.Application is { Kind: ApplicationKind.Web, Callback: { } callback }
                ? ($"Back to {new Uri(callback).Authority}", Back(callback))
                : null,
        };
    }

    /// <summary>Reads the application's number from a request token of the valid form.</summary>
    private static long ApplicationIdOf(string token) =>
        long.Parse(token.AsSpan(0, token.IndexOf('-', StringComparison.Ordinal)));

    private static bool IsOutOfBand(ConsentRequest link) => link.Handshake!.Callback == OAuthEndpoint.OutOfBand;
}
