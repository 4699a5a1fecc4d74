using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// <c>/connect/authorize</c>: asks the person to allow an application, and sends the browser back with a code. The code
/// stands for a confirmed handshake.
/// </summary>
[OpenIdPage]
internal sealed class AuthorizeModel(
    ConsentDecisions decisions, ApplicationDirectory applications, ScopeCatalogue scopes, PersonClaims claims,
    SignInTime times, TimeProvider clock) : ConsentPage(decisions)
{
    /// <summary>Fields of the page's own form, which do not belong to the application's request.</summary>
    private static readonly string[] OwnFields = ["decision", "__RequestVerificationToken"];

    /// <summary>Tells whether the person must sign in again before they can answer.</summary>
    private bool _isStale;

    private DateTimeOffset _signedInAt;

    private OpenIddictRequest Asked => HttpContext.GetOpenIddictServerRequest()!;

    private bool ForbidsQuestions => Asked.HasPromptValue(PromptValues.None);

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (HttpContext.GetOpenIddictServerResponse()?.Error is null)
        {
            if (User.Uid is not null)
                await CheckSignInAsync(HttpContext.RequestAborted);
            if (ForbidsQuestions && (User.Uid is null || _isStale || !await IsHintedAsync()))
            {
                context.Result = Refuse(Errors.LoginRequired, "The person must sign in.");
                return;
            }
        }

        await next();
    }

    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        if (HttpContext.GetOpenIddictServerResponse() is { Error: not null } refused)
            return OpenIdServer.Problem(refused);
        if (await applications.FindEnabledAsync(Asked.ClientId!, cancellation) is not { } application)
            return LinkProblem.NoApplication;

        // Applications on several schemes may be sent back to, which the pages' form-action would block.
        HttpContext.AllowAnyFormTarget();
        var granted = scopes.Known(Asked.GetScopes());
        var created = PersonClaims.HandshakeOf(
            application, granted, OpenIdFeature.CodeLifetime, HttpContext.CallerAddress);
        var mustAsk = Asked.HasPromptValue(PromptValues.Consent) || IsProgram(application);
        var redirect = Asked.RedirectUri;
        return new ConsentRequest(
            application, Handshake: null, created, redirect, TokenName: "code",
            Done: new Message(new Text("You are signed in")))
        {
            IsCoveredBy = mustAsk ? null : stored => ScopeCatalogue.Covers(stored, granted),
            ForcedSignInReturn = _isStale
                ? Request.Path + QueryString.Create(Request.Query).Add(SignInTime.Parameter, times.Now())
                : null,
            Permissions = scopes.InWords(granted),
            Hidden = [.. Fields()],
        };
    }

    protected override IActionResult Consented(ConsentRequest link, string token)
    {
        var code = claims.CreateCode(link.Application, User.Uid!.Value, token, link.Created, _signedInAt);
        return SignIn(code, OpenIdServer.Scheme);
    }

    protected override IActionResult Denied(ConsentRequest link) =>
        Refuse(Errors.AccessDenied, "The person has denied the request.");

    protected override IActionResult? Unasked(ConsentRequest link) => ForbidsQuestions
        ? Refuse(Errors.ConsentRequired, "The person must be asked.")
        : null;

    private ForbidResult Refuse(string error, string description) =>
        Forbid(OpenIdServer.Refusal(error, description), OpenIdServer.Scheme);

    /// <summary>Finds out when the person signed in, and whether that is recent enough for the request.</summary>
    private async Task CheckSignInAsync(CancellationToken cancellation)
    {
        _signedInAt = await times.OfAsync(User, cancellation);
        var wantsSignIn = Asked.HasPromptValue(PromptValues.Login) || Asked.HasPromptValue(PromptValues.SelectAccount)
            || (Asked.MaxAge is { } seconds && clock.GetUtcNow() - _signedInAt > TimeSpan.FromSeconds(seconds));
        _isStale = wantsSignIn && !(times.Read(Request.Query[SignInTime.Parameter]) <= _signedInAt);
    }

    /// <summary>Checks whether the person is the one of the request's identity token, if it has one.</summary>
    private async Task<bool> IsHintedAsync()
    {
        if (Asked.IdTokenHint is null)
            return true;
        var hint = (await HttpContext.AuthenticateAsync(OpenIdServer.Scheme)).Principal?.GetClaim(Claims.Subject);
        return await applications.FindEnabledAsync(Asked.ClientId!, HttpContext.RequestAborted) is { } application
            && hint == claims.SubjectOf(application, User.Uid!.Value);
    }

    /// <summary>
    /// Another program on the person's machine may listen on the loopback address, or register the scheme, in place of
    /// the application. So an earlier consent does not answer the question (RFC 8252, section 8.6).
    /// </summary>
    private bool IsProgram(Application application) =>
        application.IsPublic
        && Uri.TryCreate(Asked.RedirectUri, UriKind.Absolute, out var redirect)
        && (redirect.IsLoopback || redirect.Scheme is not ("https" or "http"));

    /// <summary>Returns the application's request as fields of the form.</summary>
    private IEnumerable<(string Name, string Value)> Fields() =>
        from sent in HttpMethods.IsPost(Request.Method) ? Request.Form.AsEnumerable() : Request.Query
        where !OwnFields.Contains(sent.Key, StringComparer.Ordinal) && sent.Key != SignInTime.Parameter
        from value in sent.Value
        select (sent.Key, value ?? "");
}
