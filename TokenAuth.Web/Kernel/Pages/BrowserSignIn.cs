using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Signs people in on the server's own pages. A sign-in is a session of the dialect <c>browser</c>, with its text in an
/// encrypted cookie. So it is listed, ended and swept like other sessions. Each sign-in issues a new session.
/// </summary>
internal sealed class BrowserSignIn(
    SessionStore sessions, DeviceCookies devices, ReturningOwners owners, Throttle throttle, SecurityLog events,
    ServerUrl url, TokenAuthOptions options)
    : CookieAuthenticationEvents
{
    private const string SessionTextClaim = "session";

    /// <summary>The lifetime after the last use.</summary>
    private readonly TimeSpan _lifetime = TimeSpan.FromTicks(
        Math.Min(TimeSpan.FromHours(12).Ticks, options.Browser.MaxLifetime.Ticks));

    /// <summary>
    /// Signs a person in, and ends the session that the browser had before. The owner of a closing account gets no
    /// session: their next page asks whether they want to keep the account (<see cref="ReturningOwners"/>).
    /// </summary>
    /// <param name="stamp">The account's stamp, read before the person proved who they are.</param>
    /// <param name="isFirst">Tells whether the account was just created in this browser.</param>
    /// <param name="upstream">The proof at the upstream provider; null if the person has just given one here.</param>
    public async Task SignInAsync(
        HttpContext context, long accountId, string? stamp, bool isFirst = false, UpstreamProof? upstream = null)
    {
        var isNew = !isFirst && devices.Read(context).All(device => device.AccountId != accountId);
        await EndAsync(context);
        var text = RandomToken.Hex(32);
        var isSignedIn = await sessions.IssueAsync(
            new NewSession(
                DialectNames.Browser, text, Secret: null, ApplicationId: null, accountId, Permissions: "", _lifetime,
                Slides: true, context.CallerAddress, Stamp: stamp)
            {
                ProvedAt = upstream?.At,
                Detail = upstream?.Provider,
            },
            context.RequestAborted);
        if (!isSignedIn)
        {
            await owners.RememberAsync(context, accountId, stamp);
            await context.SignOutAsync();
            return;
        }

        ReturningOwners.Forget(context);
        var identity = new ClaimsIdentity(
            [new Claim(SessionTextClaim, text)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        devices.Remember(context, accountId, stamp);
        if (isNew)
        {
            await events.WriteAsync(
                (_, happened) =>
                {
                    happened.Add(new SecurityEvent(
                        EventKind.NewDevice, accountId, Dialect: DialectNames.Browser, From: context.CallerAddress));
                    return ValueTask.FromResult(true);
                },
                context.RequestAborted);
        }
    }

    /// <summary>Makes browser and network known for the new password of a person who has just changed it.</summary>
    public async Task TrustAsync(HttpContext context, FoundAccount account)
    {
        devices.Remember(context, account.Id, account.Stamp);
        var caller = new SignInCaller(context.CallerAddress, DialectNames.Browser);
        await throttle.SucceededAsync(
            await throttle.EvaluateAsync(account.Login, account.Id, caller, context.RequestAborted, account.Stamp));
    }

    /// <summary>Ends the browser's session and deletes its cookie.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        await EndAsync(context);
        await context.SignOutAsync();
    }

    /// <summary>Checks the session of the cookie. A cookie of an ended session signs no person in.</summary>
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        // The error page must not read the store, because the store may be the cause of the error.
        var isErrorPage = context.HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!isErrorPage && context.Principal?.FindFirstValue(SessionTextClaim) is { } text)
        {
            var check = await sessions.CheckAsync(
                DialectNames.Browser, applicationId: null, text, context.HttpContext.RequestAborted);
            if (check.Succeeded(out var session, out _))
            {
                var identity = (ClaimsIdentity)context.Principal.Identity!;
                identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, session.AccountId!.Value.ToString()));
                identity.AddClaim(new Claim(ClaimTypes.Name, session.Login));
                identity.AddClaim(new Claim(ClaimTypes.GivenName, session.DisplayName));
                identity.AddClaim(new Claim(SignedInPerson.SessionIdClaim, session.Id.ToString()));
                return;
            }
        }

        context.RejectPrincipal();
    }

    /// <summary>
    /// Redirects to the sign-in page, which redirects back. If the person is signed in already, the page was asked to
    /// have them sign in again. The owner of a closing account who has just signed in is asked whether to keep it.
    /// </summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        var back = context.Properties.RedirectUri ?? request.PathBase + request.Path + request.QueryString;
        var next = owners.Read(context.HttpContext) is null ? PageServices.SignInPath : PageServices.KeepPath;
        context.Response.Redirect(url.Location(
            PageServices.SignInLink(next, back, isAgain: context.HttpContext.User.Uid is not null)));
        return Task.CompletedTask;
    }

    /// <summary>Does not redirect, because the sign-in page does.</summary>
    public override Task RedirectToReturnUrl(RedirectContext<CookieAuthenticationOptions> context) =>
        Task.CompletedTask;

    private async Task EndAsync(HttpContext context)
    {
        if (context.User.SessionId is { } id)
            await sessions.EndAsync(id, context.User.Uid, context.CallerAddress, context.RequestAborted);
    }
}

/// <summary>A proof that a person gave to the upstream provider, perhaps some time ago.</summary>
internal sealed record UpstreamProof(string Provider, DateTimeOffset At);

/// <summary>Adds the properties of the person who is signed in.</summary>
internal static class SignedInPerson
{
    public const string SessionIdClaim = "session_id";

    extension(ClaimsPrincipal person)
    {
        /// <summary>The account's number, or null if no person is signed in.</summary>
        public long? Uid => long.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var uid) ? uid : null;

        /// <summary>The account's login name, or an empty text.</summary>
        public string Login => person.Identity?.Name ?? "";

        /// <summary>The account's display name, or its login name.</summary>
        public string DisplayName => person.FindFirstValue(ClaimTypes.GivenName) ?? person.Login;

        /// <summary>The number of the browser's own session.</summary>
        public long? SessionId => long.TryParse(person.FindFirstValue(SessionIdClaim), out var id) ? id : null;
    }

    extension(HttpContext context)
    {
        /// <summary>
        /// The caller for the throttle if a signed-in person enters the password again. The session counts as a known
        /// browser, so that the failures of other browsers do not count.
        /// </summary>
        public SignInCaller SignedInCaller => new(
            context.CallerAddress,
            DialectNames.Browser,
            new KnownDevice(context.User.Uid ?? 0, $"session {context.User.SessionId}"));
    }
}
