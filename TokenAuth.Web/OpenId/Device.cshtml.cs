using System.Security.Claims;
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
/// <c>/device</c>: the person enters the code that a device shows, and allows its application (RFC 8628). An earlier
/// consent does not replace the question, because the code may be an attacker's.
/// </summary>
[OpenIdPage]
internal sealed class DeviceModel(
    ConsentDecisions decisions, ApplicationDirectory applications, ScopeCatalogue scopes, PersonClaims claims,
    CodeGuesses guesses, SignInTime times, Texts texts) : ConsentPage(decisions)
{
    /// <summary>The parameter with the answer that was given, after which the page only shows a message.</summary>
    private const string AnswerParameter = "answer";

    private ClaimsPrincipal? _device;

    private DateTimeOffset _signedInAt;

    /// <summary>Tells whether the page asks for a code.</summary>
    public bool AsksForCode { get; private set; }

    /// <summary>What is wrong with the code.</summary>
    public string? Problem { get; private set; }

    /// <summary>How long the person must wait before they can enter another code.</summary>
    public string? Wait { get; private set; }

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        ViewData["Title"] = texts["Connect a device"].Value;
        if (User.Uid is not { } account)
        {
            context.Result = Challenge();
            return;
        }

        var cancellation = HttpContext.RequestAborted;
        var isEntered = HttpContext.GetOpenIddictServerRequest()?.UserCode is { Length: > 0 };
        if (!isEntered && !Request.Query.ContainsKey(AnswerParameter))
        {
            AsksForCode = true;
            context.Result = Page();
            return;
        }

        if (isEntered && await guesses.BlockedForAsync(account, cancellation) is var wait && wait > TimeSpan.Zero)
        {
            Response.SetRetryAfter(wait);
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Wait = texts["Too many wrong codes. Try again in a few minutes."];
            context.Result = Page();
            return;
        }

        _device = isEntered ? (await HttpContext.AuthenticateAsync(OpenIdServer.Scheme)).Principal : null;
        if (isEntered && _device?.GetClaim(Claims.ClientId) is null)
        {
            await guesses.CountAsync(account);
            Response.StatusCode = StatusCodes.Status400BadRequest;
            Problem = texts["This code is not valid, or it is too old. Compare it with the one on your device."];
            context.Result = Page();
            return;
        }

        _signedInAt = await times.OfAsync(User, cancellation);
        await next();
    }

    protected override async Task<LinkReading> ReadAsync(CancellationToken cancellation)
    {
        if (_device is null)
            return LinkProblem.Spent;
        var key = _device.GetClaim(Claims.ClientId)!;
        if (await applications.FindEnabledAsync(key, cancellation) is not { } application)
            return LinkProblem.NoApplication;
        var granted = scopes.Known(_device.GetScopes());
        var created = PersonClaims.HandshakeOf(
            application, granted, OpenIdFeature.DeviceCodeLifetime, HttpContext.CallerAddress);
        return new ConsentRequest(
            application, Handshake: null, created, Callback: null, TokenName: "code", Done: Connected)
        {
            Permissions = scopes.InWords(granted),
            Afterwards = new Text(
                "Go on only if the device with this code is in front of you. "
                + "If someone sent you the code, choose Deny."),
            Hidden = [(Parameters.UserCode, HttpContext.GetOpenIddictServerRequest()!.UserCode!)],
        };
    }

    protected override IActionResult Consented(ConsentRequest link, string token)
    {
        var code = claims.CreateCode(link.Application, User.Uid!.Value, token, link.Created, _signedInAt);
        return SignIn(code, Back("allowed"), OpenIdServer.Scheme);
    }

    protected override IActionResult Denied(ConsentRequest link)
    {
        var refusal = OpenIdServer.Refusal(Errors.AccessDenied, "The person has denied the request.");
        refusal.RedirectUri = Back("denied").RedirectUri;
        return Forbid(refusal, OpenIdServer.Scheme);
    }

    private static Message Connected => new(
        new Text("Your device is connected"), new Text("You can close this window and return to your device."));

    protected override Message? Answered => Request.Query[AnswerParameter].ToString() switch
    {
        "allowed" => Connected,
        "denied" => new Message(
            new Text("Your device is not connected"), new Text("You did not allow it. You can close this window.")),
        _ => null,
    };

    private static AuthenticationProperties Back(string answer) => new()
    {
        RedirectUri = OpenIdFeature.DevicePath + QueryString.Create(AnswerParameter, answer),
    };
}
