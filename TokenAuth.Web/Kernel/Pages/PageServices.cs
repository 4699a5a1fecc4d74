using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>What all Razor pages share: the sign-in cookie, consent, antiforgery, error pages and the files of wwwroot.</summary>
internal static class PageServices
{
    public const string SignInPath = "/signin";

    /// <summary>Names the page that a person goes on to after signing in.</summary>
    public const string ReturnParameter = "return";

    /// <summary>Asks somebody who is signed in already to sign in once more.</summary>
    public const string AgainParameter = "again";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton<BrowserSignIn>().AddSingleton<DeviceCookies>().AddSingleton<ConsentDecisions>().AddSingleton<PageGuard>()
            .AddSingleton<FreshProof>();
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
            cookie.ReturnUrlParameter = ReturnParameter;
        });
        services.AddAuthorization();
        services.AddRazorPages(pages =>
        {
            pages.RootDirectory = "/";
            // The framework's own check of form tokens would come first, and knows no page that shows its form again.
            pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute { Order = PageGuard.FilterOrder });
            pages.Conventions.ConfigureFilter(
                new ServiceFilterAttribute(typeof(PageGuard)) { IsReusable = true, Order = PageGuard.FilterOrder });
        });
        services.AddSingleton<IAntiforgery, HostAntiforgery>().AddSingleton<ITempDataProvider, HostTempData>();
        // It throws at a field whose name is no path in jQuery's spelling, such as "a[", and no page has such fields.
        services.Configure<MvcOptions>(mvc => mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>());
        services.AddOptions<ExceptionHandlerOptions>().Configure<FailureLog>((handler, failures) =>
        {
            handler.ExceptionHandlingPath = "/error";
            handler.CreateScopeForErrors = true;
            handler.SuppressDiagnosticsCallback = failures.Covers;
        });
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
