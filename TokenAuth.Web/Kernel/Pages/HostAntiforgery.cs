using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The framework's antiforgery with a cookie named as by <see cref="HostCookies"/>. Otherwise another host of the
/// domain could set the cookie, send a form with the matching token, and sign the person in to another account.
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

    /// <summary>
    /// Creates an instance for a name of the cookie, which the framework reads only from its options.
    /// </summary>
    private static IAntiforgery Create(
        IDataProtectionProvider protection, ILoggerFactory logs, string cookieName, CookieSecurePolicy policy) =>
        new ServiceCollection()
            .AddSingleton(protection)
            .AddSingleton(logs)
            .AddAntiforgery(antiforgery =>
            {
                antiforgery.Cookie.Name = cookieName;
                antiforgery.Cookie.HttpOnly = true;
                antiforgery.Cookie.SameSite = SameSiteMode.Lax;
                antiforgery.Cookie.SecurePolicy = policy;
                antiforgery.SuppressXFrameOptionsHeader = true; // The policy has frame-ancestors instead.
            })
            .BuildServiceProvider()
            .GetRequiredService<IAntiforgery>();
}
