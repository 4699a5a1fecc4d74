using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MediaPost;

/// <summary>
/// Gives a person a code for a program that cannot open a browser. The program sends the code as the
/// <c>auth_token</c> of getSession and gets a session without expiry, because it may run unattended.
/// </summary>
/// <remarks>
/// Parameters: <c>api_key</c> and <c>v</c>. Source: docs/dialects/mediapost.md, "A handshake".
/// </remarks>
internal sealed class CodePageModel(
    ConsentDecisions decisions, ApplicationDirectory applications, MediaPostOptions options) : ConsentPage(decisions)
{
    /// <summary>
    /// Reads a link that no earlier consent covers: a code is only shown to a person who has just agreed.
    /// </summary>
    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        if (await LoginLink.FindAsync(applications, Request.Query, cancellation) is not { } application)
            return LinkProblem.NoApplication;

        var created = LoginLink.NewHandshake(
            application, options.TokenLifetime, lifetime: null, slides: false, HttpContext.CallerAddress);
        var done = new Message(
            new Text("Your code for {0}", application.Name),
            new Text(
                "Copy this code into {0} within {1} minutes. It works once.",
                application.Name,
                $"{options.TokenLifetime.TotalMinutes:0.#}"),
            new Text("Do not give it to anyone: whoever has this code can sign in as you."))
        {
            Code = created.Text,
        };
        return new ConsentRequest(
            application, Handshake: null, created, Callback: null, LoginLink.TokenName, done)
        {
            Permissions = [LoginLink.Unlimited],
            Afterwards = new Text(
                "If you allow it, you get a code to copy into {0}. It then stays signed in until you remove it on your "
                    + "account page.",
                application.Name),
        };
    }
}
