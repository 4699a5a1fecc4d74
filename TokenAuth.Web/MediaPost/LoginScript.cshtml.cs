using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>
/// <c>/login.php</c>, the page to which applications send people. The flags <c>skipcookie</c> and
/// <c>hide_checkbox</c> are on if they are present, whatever their value. <c>v</c>, <c>popup</c> and <c>canvas</c> are
/// ignored.
/// </summary>
internal sealed class LoginScriptModel(
    ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes, MediaPostOptions options)
    : LoginPage(decisions, applications)
{
    protected override long? Person => Request.Query.ContainsKey("skipcookie") ? null : User.Uid;

    /// <summary>
    /// Drops <c>skipcookie</c>, which forces the sign-in form: on return from the form the person's sign-in counts.
    /// </summary>
    protected override string ReturnUrl =>
        Request.Path + QueryString.Create(Request.Query.Where(parameter => parameter.Key != "skipcookie"));

    protected override bool OffersRememberMe => !Request.Query.ContainsKey("hide_checkbox");

    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        if (await FindApplicationAsync(cancellation) is not { } application)
            return (null, LinkProblem.NoApplication);

        var callback = application.Kind == ApplicationKind.Web ? application.Callback : null;
        if (Last(TokenName) is { } token)
        {
            var handshake = await handshakes.FindOpenAsync(
                MediaPostFeature.Dialect, application.Id, token, cancellation);
            return handshake is not null
                ? (new ConsentRequest(application, handshake, token, callback, Last("next"), TokenName), "")
                : (null, LinkProblem.Spent);
        }

        return callback is not null
            ? (new ConsentRequest(
                application, Handshake: null, Token: null, callback, Last("next"), TokenName), "")
            : (null, LinkProblem.Lacks("token"));
    }

    protected override NewHandshake NewHandshake(ConsentRequest link, bool keeps) => new(
        MediaPostFeature.Dialect,
        RandomToken.Hex(MediaPostRequest.TokenDigits),
        link.Application.Id,
        options.TokenLifetime,
        keeps ? null : MediaPostMethods.DefaultLifetime,
        SessionSlides: link.Application.Kind == ApplicationKind.Desktop,
        Caller);

    protected override Message Done(ConsentRequest link, string token) => new(
        "You are signed in",
        $"You are signed in to {link.Application.Name}. You may close this window and return to the application.");
}
