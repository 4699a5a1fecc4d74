using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The framework's antiforgery with the cookie's name as <see cref="HostCookies"/> has it. A cookie that another host
/// of the domain could set, together with the form token that belongs to it, would sign the person in as somebody else.
/// </summary>
internal sealed class HostAntiforgery(IDataProtectionProvider protection, ILoggerFactory logs) : IAntiforgery
{
    private const string CookieName = "TokenAuth.Form";

    private readonly IAntiforgery _plain = Create(protection, logs, CookieName, CookieSecurePolicy.None);
    private readonly IAntiforgery _secure =
        Create(protection, logs, HostCookies.Prefix + CookieName, CookieSecurePolicy.Always);

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) =>
        For(httpContext).GetAndStoreTokens(httpContext);

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => For(httpContext).GetTokens(httpContext);

    public Task<bool> IsRequestValidAsync(HttpContext httpContext) => For(httpContext).IsRequestValidAsync(httpContext);

    public Task ValidateRequestAsync(HttpContext httpContext) => For(httpContext).ValidateRequestAsync(httpContext);

    public void SetCookieTokenAndHeader(HttpContext httpContext) =>
        For(httpContext).SetCookieTokenAndHeader(httpContext);

    private IAntiforgery For(HttpContext context) => context.Request.IsHttps ? _secure : _plain;

    /// <summary>The framework reads the cookie's name from options alone, so each name needs an instance.</summary>
    private static IAntiforgery Create(
        IDataProtectionProvider protection, ILoggerFactory logs, string cookieName, CookieSecurePolicy policy) =>
        new ServiceCollection().AddSingleton(protection).AddSingleton(logs).AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = cookieName;
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = policy;
            antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        }).BuildServiceProvider().GetRequiredService<IAntiforgery>();
}
