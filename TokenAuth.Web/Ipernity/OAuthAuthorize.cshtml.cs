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
        var leads = open.Callback == OAuthDoors.OutOfBand ? null : application.Callback;
        var added = CallbackAddress.IsAbsolute(callback) ? callback : null;
        return (new ConsentLink(application, open, token, leads, added, RequestTokenName, asked.Stored)
        {
            // Made anew for each request: the one that a person's yes is stored with goes to the callback.
            Verifier = leads is not null && open.Callback is not null ? TokenText.Hex(32) : null,
        }, "");
    }

    protected override ConsentView Shown(ConsentLink link, ConsentView view) => base.Shown(link, view) with
    {
        Afterwards = IsOutOfBand(link)
            ? $"Afterwards this page shows a code, in case {link.Application.Name} asks you for one."
            : null,
    };

    protected override IReadOnlyList<(string Name, string Value)> Answers(ConsentLink link, string token) =>
        link.Verifier is { } verifier
            ? [.. base.Answers(link, token), (OAuthDoors.VerifierName, verifier)]
            : base.Answers(link, token);

    /// <summary>
    /// Programs written for OAuth 1.0a ask the person for the verifier. Those written for the original, which had none,
    /// send anything or nothing; so it is not looked at.
    /// </summary>
    protected override Message Done(ConsentLink link, string token)
    {
        var done = base.Done(link, token);
        if (!IsOutOfBand(link))
            return done;
        var verifier = TokenText.Decimal(8);
        string Back(string callback) => CallbackAddress.With(
            callback, added: null, (RequestTokenName, token), (OAuthDoors.VerifierName, verifier));

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

    private static bool IsOutOfBand(ConsentLink link) => link.Started!.Callback == OAuthDoors.OutOfBand;
}
