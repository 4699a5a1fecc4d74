using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary><c>/apps/oauth/authorize</c>: the link is not signed; the request token tells which application asks.</summary>
internal sealed class OAuthAuthorizeModel(ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes) : AuthorizePage(decisions)
{
    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        // A token begins with the number of its application, so that one can be found by the other.
        var call = Link;
        if (call.NonEmpty(RequestTokenName) is not { } token || !IpernityRequest.IsToken(token) || AskedPermissions(call) is not { } asked
            || await applications.FindEnabledAsync(long.Parse(token.AsSpan(0, token.IndexOf('-', StringComparison.Ordinal))), cancellation) is not { Kind: not ApplicationKind.Service } application
            || await handshakes.FindOpenAsync(IpernityFeature.RequestTokens, application.Id, token, cancellation) is not { } open)
            return (null, LinkProblem.Spent);

        // What the application signed when it asked for the token stands; the link, which nobody signs, may choose only where it
        // did not (OAuth 1.0 as it was before 1.0a), and then a whole URL.
        var callback = open.Callback ?? call.NonEmpty("oauth_callback") ?? "";
        var leads = open.Callback == OAuthEndpoints.OutOfBand ? null : application.Callback;
        var added = CallbackUrl.IsAbsolute(callback) ? callback : null;
        return (new ConsentRequest(application, open, token, leads, added, RequestTokenName, asked.Stored)
        {
            // Made anew for each request: the one that a person's yes is stored with goes to the callback.
            Verifier = leads is not null && open.Callback is not null ? RandomToken.Hex(32) : null,
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
            ? [.. base.Answers(link, token), (OAuthEndpoints.VerifierName, verifier)]
            : base.Answers(link, token);

    /// <summary>
    /// Programs written for OAuth 1.0a ask the person for the verifier. Those written for the original, which had none,
    /// send anything or nothing; so it is not looked at.
    /// </summary>
    protected override Message Done(ConsentRequest link, string token)
    {
        var done = base.Done(link, token);
        if (!IsOutOfBand(link))
            return done;
        var verifier = RandomToken.Decimal(8);
        string Back(string callback) => CallbackUrl.With(
            callback, added: null, (RequestTokenName, token), (OAuthEndpoints.VerifierName, verifier));

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

    private static bool IsOutOfBand(ConsentRequest link) => link.Handshake!.Callback == OAuthEndpoints.OutOfBand;
}
