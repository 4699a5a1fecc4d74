using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>
/// <c>/login.php</c>, the page to which applications send people. The flags <c>skipcookie</c> and
/// <c>hide_checkbox</c> are on if they are present, whatever their value. <c>v</c>, <c>popup</c> and <c>canvas</c> are
/// ignored.
/// </summary>
internal sealed class LoginScriptModel(
    ConsentDecisions decisions, ApplicationDirectory applications, HandshakeStore handshakes, MediaPostOptions options)
    : ConsentPage(decisions)
{
    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        var query = Request.Query;
        if (await LoginLink.FindAsync(applications, query, cancellation) is not { } application)
            return LinkProblem.NoApplication;

        var callback = application.Kind == ApplicationKind.Web ? application.Callback : null;
        var token = LoginLink.Last(query, LoginLink.TokenName);
        if (token is null && callback is null)
            return LinkProblem.Lacks("token");
        var handshake = token is not null
            ? await handshakes.FindOpenAsync(MediaPostFeature.Dialect, application.Id, token, cancellation)
            : null;
        if (token is not null && handshake is null)
            return LinkProblem.Spent;

        var created = LoginLink.NewHandshake(
            application, options.TokenLifetime, MediaPostMethods.DefaultLifetime,
            slides: application.Kind == ApplicationKind.Desktop, HttpContext.CallerAddress);
        var done = new Message(
            new Text("You are signed in"),
            new Text("You are signed in to {0}.", application.Name),
            new Text("You can close this window and return to the application."));
        return new ConsentRequest(application, handshake, created, callback, LoginLink.TokenName, done)
        {
            Permissions = [LoginLink.Unlimited],
            CallbackSuffix = LoginLink.Last(query, "next"),
            IsCoveredBy = _ => true, // the dialect has no permissions
            // On return from the sign-in form, without this flag, the person's sign-in counts.
            ForcedSignInReturn = query.ContainsKey("skipcookie")
                ? Request.Path + QueryString.Create(query.Where(parameter => parameter.Key != "skipcookie"))
                : null,
            OffersRememberMe = !query.ContainsKey("hide_checkbox"),
        };
    }
}
