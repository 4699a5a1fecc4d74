using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>
/// The login script that applications send people to. Flags (<c>skipcookie</c>, <c>hide_checkbox</c>) are on when they are
/// there, whatever they say; <c>v</c>, <c>popup</c> and <c>canvas</c> change nothing here.
/// </summary>
internal sealed class LoginScriptModel(ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes, MediaPostOptions options)
    : LoginPage(decisions, applications)
{
    protected override long? Person => Request.Query.ContainsKey("skipcookie") ? null : User.Uid;

    /// <summary>The login form was asked for once; coming back from it, the link is used as it stands.</summary>
    protected override string ReturnUrl => Request.Path + QueryString.Create(Request.Query.Where(parameter => parameter.Key != "skipcookie"));

    protected override bool OffersRememberMe => !Request.Query.ContainsKey("hide_checkbox");

    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        if (await FindApplicationAsync(cancellation) is not { } application)
            return (null, LinkProblem.NoApplication);

        var leads = application.Kind == ApplicationKind.Web ? application.Callback : null;
        if (Last(TokenName) is { } token)
        {
            return await handshakes.FindOpenAsync(MediaPostFeature.Dialect, application.Id, token, cancellation) is { } open
                ? (new ConsentRequest(application, open, token, leads, Last("next"), TokenName), "")
                : (null, LinkProblem.Spent);
        }

        return leads is not null
            ? (new ConsentRequest(application, Handshake: null, Token: null, leads, Last("next"), TokenName), "")
            : (null, LinkProblem.Lacks("token"));
    }

    protected override NewHandshake NewHandshake(ConsentRequest link, bool keeps) => new(
        MediaPostFeature.Dialect, RandomToken.Hex(MediaPostRequest.TokenDigits), link.Application.Id, options.TokenLifetime,
        keeps ? null : MediaPostMethods.DefaultLifetime, SessionSlides: link.Application.Kind == ApplicationKind.Desktop, Caller);

    protected override Message Done(ConsentRequest link, string token) => new(
        "You are signed in", $"You are signed in to {link.Application.Name}. You may close this window and return to the application.");
}
