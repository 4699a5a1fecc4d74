using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Kernel.Hosting;

/// <summary>What all Razor pages share: the sign-in cookie, consent, antiforgery, error pages and the files of wwwroot.</summary>
internal static class PagesFeature
{
    public const string SignInPath = "/signin";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton<BrowserSignIn>().AddSingleton<ConsentDecisions>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.EventsType = typeof(BrowserSignIn);
            cookie.CookieManager = new HostCookies();
            cookie.Cookie.Name = "TokenAuth";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The session in the store says when it ends; the cookie must only not end sooner.
            cookie.ExpireTimeSpan = TimeSpan.FromDays(365);
            cookie.LoginPath = SignInPath;
            cookie.ReturnUrlParameter = "return";
        });
        services.AddAuthorization();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "TokenAuth.Form";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        });
        services.AddRazorPages(pages => pages.RootDirectory = "/");
        // It throws at a field whose name is no path in jQuery's spelling, such as "a[", and no page has such fields.
        services.Configure<MvcOptions>(mvc => mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>());
        return services;
    }

    /// <summary>The error page is left out: it answers for a request that has failed, whatever its verb.</summary>
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapStaticAssets();
        routes.MapRazorPages().Add(page =>
        {
            if (page is not RouteEndpointBuilder { RoutePattern.RawText: "error" })
                page.Metadata.Add(new HttpMethodMetadata(Verbs.ReadingAndPost));
        });
    }
}
