using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
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
    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation)
    {
        if (await LoginLink.FindAsync(applications, Request.Query, cancellation) is not { } application)
            return (null, LinkProblem.NoApplication);

        var created = LoginLink.NewHandshake(
            application, options.TokenLifetime, lifetime: null, slides: false, HttpContext.CallerAddress);
        var done = new Message(
            $"Your code for {application.Name}",
            $"Copy this code into {application.Name} within {options.TokenLifetime.TotalMinutes:0.#} minutes. "
                + "It works once.",
            "Do not give it to anyone who asks for it: anyone with this code can sign in as you.")
        {
            Code = created.Text,
        };
        return (new ConsentRequest(
            application, Handshake: null, created, Callback: null, LoginLink.TokenName, done)
        {
            Afterwards = $"Afterwards you get a code to copy into {application.Name}, "
                + "which then stays signed in until you end that on your account page.",
        }, "");
    }
}
