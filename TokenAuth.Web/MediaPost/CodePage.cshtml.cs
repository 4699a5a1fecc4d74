using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>
/// Gives a person a code for a program that cannot open a browser. The program sends the code as the
/// <c>auth_token</c> of getSession and gets a session without expiry, because it may run unattended.
/// </summary>
/// <remarks>
/// Parameters: <c>api_key</c> and <c>v</c>. Source: docs/dialects/mediapost.md, "A handshake".
/// </remarks>
internal sealed class CodePageModel(
    ConsentDecisions decisions, ApplicationDirectory applications, MediaPostOptions options)
    : LoginPage(decisions, applications)
{
    protected override async Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation) =>
        await FindApplicationAsync(cancellation) is { } application
            ? (new ConsentRequest(
                application, Handshake: null, Token: null, Callback: null, CallbackSuffix: null, TokenName), "")
            : (null, LinkProblem.NoApplication);

    protected override NewHandshake NewHandshake(ConsentRequest link, bool keeps) => new(
        MediaPostFeature.Dialect, RandomToken.Hex(MediaPostRequest.TokenDigits), link.Application.Id,
        options.TokenLifetime, SessionLifetime: null, SessionSlides: false, Caller);

    /// <summary>Always asks: a code is only shown to a person who has just agreed.</summary>
    protected override bool CoveredBy(ConsentRequest link, string granted) => false;

    protected override ConsentView View(ConsentRequest link, ConsentView view) => view with
    {
        Afterwards = $"Afterwards you get a code to copy into {link.Application.Name}, "
            + "which then stays signed in until you end that on your account page.",
    };

    protected override Message Done(ConsentRequest link, string token) => new(
        $"Your code for {link.Application.Name}",
        $"Copy this code into {link.Application.Name} within {options.TokenLifetime.TotalMinutes:0.#} minutes. "
            + "It works once.",
        "Do not give it to anyone who asks for it: anyone with this code can sign in as you.")
    {
        Code = token,
    };
}
