using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Diagnostics;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The sign-in of a person on our own pages. It is a session like any other (dialect <c>browser</c>), whose text is in
/// an encrypted cookie: so it is listed, ended and swept as the others are, and a new one is made at each sign-in.
/// </summary>
internal sealed class BrowserSignIn(
    SessionStore sessions, DeviceCookies devices, Throttle throttle, ServerUrl url, TokenAuthOptions options)
    : CookieAuthenticationEvents
{
    private const string SessionTextClaim = "session";

    /// <summary>From its last use on.</summary>
    private readonly TimeSpan _lifetime = TimeSpan.FromTicks(Math.Min(TimeSpan.FromHours(12).Ticks, options.Browser.MaxLifetime.Ticks));

    /// <summary>Signs in, and ends the session that this browser had before.</summary>
    /// <param name="stamp">The account's, from before its password was checked.</param>
    public async Task SignInAsync(HttpContext context, long accountId, string? stamp)
    {
        await EndAsync(context);
        var text = RandomToken.Hex(32);
        await sessions.IssueAsync(
            new NewSession(
                DialectNames.Browser, text, Secret: null, ApplicationId: null, accountId, Permissions: "", _lifetime, Slides: true,
                context.CallerAddress, Stamp: stamp),
            context.RequestAborted);
        var identity = new ClaimsIdentity([new Claim(SessionTextClaim, text)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        devices.Remember(context, accountId, stamp);
    }

    /// <summary>The person has changed the password here: this browser and network are trusted with the new one.</summary>
    public async Task TrustAsync(HttpContext context, FoundAccount account)
    {
        devices.Remember(context, account.Id, account.Stamp);
        var caller = new SignInCaller(context.CallerAddress, DialectNames.Browser);
        await throttle.SucceededAsync(
            await throttle.EvaluateAsync(account.Login, account.Id, caller, context.RequestAborted, account.Stamp));
    }

    public async Task SignOutAsync(HttpContext context)
    {
        await EndAsync(context);
        await context.SignOutAsync();
    }

    /// <summary>A cookie is worth what its session is worth: one that has ended signs nobody in.</summary>
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        // The error page must not ask the store once more: it may be what has failed.
        var isErrorPage = context.HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!isErrorPage && context.Principal?.FindFirstValue(SessionTextClaim) is { } text)
        {
            var check = await sessions.CheckAsync(DialectNames.Browser, applicationId: null, text, context.HttpContext.RequestAborted);
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
    /// Leads to the sign-in page and back. Somebody who is signed in already and comes here all the same is meant to
    /// sign in again.
    /// </summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        var back = context.Properties.RedirectUri ?? request.PathBase + request.Path + request.QueryString;
        var query = QueryString.Create(PageServices.ReturnParameter, back);
        if (context.HttpContext.User.Uid is not null)
            query = query.Add(PageServices.AgainParameter, "1");
        context.Response.Redirect(url.Location(PageServices.SignInPath + query));
        return Task.CompletedTask;
    }

    /// <summary>The sign-in page itself says where the person goes on to.</summary>
    public override Task RedirectToReturnUrl(RedirectContext<CookieAuthenticationOptions> context) =>
        Task.CompletedTask;

    private async Task EndAsync(HttpContext context)
    {
        if (context.User.SessionId is { } id)
            await sessions.EndAsync(id, context.User.Uid, context.CallerAddress, context.RequestAborted);
    }
}

/// <summary>What pages ask about the person in front of them.</summary>
internal static class SignedInPerson
{
    public const string SessionIdClaim = "session_id";

    extension(ClaimsPrincipal person)
    {
        /// <summary>The account's number, or null where nobody is signed in.</summary>
        public long? Uid => long.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var uid) ? uid : null;

        public string Login => person.Identity?.Name ?? "";

        public string DisplayName => person.FindFirstValue(ClaimTypes.GivenName) ?? person.Login;

        /// <summary>Which of the listed sessions is this browser's.</summary>
        public long? SessionId => long.TryParse(person.FindFirstValue(SessionIdClaim), out var id) ? id : null;
    }

    extension(HttpContext context)
    {
        /// <summary>
        /// A person who is signed in and is asked for the password once more: counted by this session, as a browser that has signed in
        /// before is, so that nobody else's failures count.
        /// </summary>
        public SignInCaller SignedInCaller => new(
            context.CallerAddress, DialectNames.Browser, new KnownDevice(context.User.Uid ?? 0, $"session {context.User.SessionId}"));
    }
}
