using System.Reflection;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Localization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.Hosting;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages.Upstream;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Registers what Razor pages share: sign-in cookie, consent, antiforgery, error pages, the files of wwwroot.
/// </summary>
/// <remarks>
/// The folder <c>Pages</c> owns what Razor pages share: browser sign-in, consent, forms, device cookies, error pages.
/// It must not know any dialect's links.
/// </remarks>
internal static class PageServices
{
    /// <summary>The path of the sign-in page.</summary>
    public const string SignInPath = "/signin";

    /// <summary>The path of the page that asks the owner of a closing account whether to keep it.</summary>
    public const string KeepPath = "/account/keep";

    /// <summary>The query parameter with the path that a person continues to after signing in.</summary>
    public const string ReturnParameter = "return";

    /// <summary>The query parameter that asks a signed-in person to sign in again.</summary>
    public const string AgainParameter = "again";

    /// <summary>Returns a link to a page of the sign-in.</summary>
    /// <param name="back">The path that the person continues to afterwards; null for the account page.</param>
    /// <param name="isAgain">Tells whether a signed-in person is asked to sign in again.</param>
    public static string SignInLink(string path, string? back, bool isAgain = false)
    {
        var query = back is null ? QueryString.Empty : QueryString.Create(ReturnParameter, back);
        return path + (isAgain ? query.Add(AgainParameter, "1") : query).ToUriComponent();
    }

    /// <summary>
    /// Registers the filter that every page of a folder for operators or developers passes, after the check of the
    /// form's token. The pages are in English.
    /// </summary>
    /// <param name="folder">The folder, such as <c>/Admin</c>.</param>
    public static IServiceCollection AddGuardedFolder<TFilter>(this IServiceCollection services, string folder)
        where TFilter : class, IFilterMetadata => services.AddSingleton<TFilter>().Configure<RazorPagesOptions>(
        pages => pages.Conventions.AddFolderApplicationModelConvention(folder, page =>
        {
            page.Filters.Add(new ServiceFilterAttribute(typeof(TFilter))
            {
                IsReusable = true,
                Order = PageGuard.FilterOrder + 1,
            });
            page.EndpointMetadata.Add(new EnglishPageAttribute());
        }));

    /// <summary>Registers the services of pages.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services, TokenAuthOptions options)
    {
        services.AddLanguages();
        services.AddSingleton<IHtmlLocalizer>(provider => new HtmlLocalizer(provider.GetRequiredService<Texts>()));
        services.AddSingleton<BrowserSignIn>();
        services.AddSingleton<DeviceCookies>();
        services.AddSingleton<ReturningOwners>();
        services.AddSingleton<ConsentDecisions>();
        services.AddSingleton<PageGuard>();
        services.AddSingleton<FreshProof>();
        services.AddSingleton<ProtectedState>();
        services.AddSingleton<PendingSignIn>();
        services.AddPasskeys();
        services.AddSingleton<SiteIdentity>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.EventsType = typeof(BrowserSignIn);
            cookie.CookieManager = new HostCookies();
            cookie.Cookie.Name = "TokenAuth";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The session in the store decides about expiry. The cookie must not expire earlier.
            cookie.ExpireTimeSpan = TimeSpan.FromDays(365);
            cookie.LoginPath = SignInPath;
            cookie.ReturnUrlParameter = ReturnParameter;
        });
        services.AddUpstream(options.Upstream);
        services.AddAuthorization();
        services.AddRazorPages(pages =>
        {
            pages.RootDirectory = "/";
            // The framework's own check of form tokens would run first, and cannot show a form again. PageGuard
            // replaces it.
            pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute { Order = PageGuard.FilterOrder });
            pages.Conventions.ConfigureFilter(
                new ServiceFilterAttribute(typeof(PageGuard)) { IsReusable = true, Order = PageGuard.FilterOrder });
        });
        PageParts.AddTo(services);
        services.AddSingleton<IAntiforgery, HostAntiforgery>();
        services.AddSingleton<ITempDataProvider, HostTempData>();
        // This provider throws on names of fields that are not paths in jQuery's notation, such as "a[". No page needs
        // it.
        services.Configure<MvcOptions>(mvc => mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>());
        services.AddOptions<ExceptionHandlerOptions>().Configure<FailureLog>((handler, failures) =>
        {
            handler.ExceptionHandlingPath = "/error";
            handler.CreateScopeForErrors = true;
            handler.SuppressDiagnosticsCallback = failures.Covers;
        });
        return services;
    }

    /// <summary>
    /// Registers ASP.NET Core Identity's check of passkeys, on our own accounts. A passkey is found without a login
    /// name, and its device must verify the person, so it counts as two factors.
    /// </summary>
    private static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyUsers>();
        services.AddSingleton<IPasskeyHandler<Account>>(provider => new PasskeyHandler<Account>(
            new UserManager<Account>(
                provider.GetRequiredService<PasskeyUsers>(), provider.GetRequiredService<IOptions<IdentityOptions>>(),
                provider.GetRequiredService<IPasswordHasher<Account>>(), [], [], new UpperInvariantLookupNormalizer(),
                new IdentityErrorDescriber(), provider, provider.GetRequiredService<ILogger<UserManager<Account>>>()),
            provider.GetRequiredService<IOptions<IdentityPasskeyOptions>>()));
        services.AddSingleton<PasskeyCeremony>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<ServerUrl>((passkeys, url) =>
        {
            passkeys.ServerDomain = url.PublicHost;
            passkeys.ResidentKeyRequirement = "required";
            passkeys.UserVerificationRequirement = "required";
            passkeys.ValidateOrigin = asked => ValueTask.FromResult(
                !asked.CrossOrigin && RequestOrigin.IsOurs(asked.Origin, asked.HttpContext.Request, url));
        });
    }

    /// <summary>
    /// Maps pages and static files. Pages serve GET and HEAD, and POST if they have a handler for it; the error page
    /// serves every verb.
    /// </summary>
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapStaticAssets();
        routes.ServiceProvider.GetRequiredService<SiteIdentity>().Map(routes);
        routes.MapLogos();
        var models = typeof(PageServices).Assembly.GetCustomAttributes<RazorCompiledItemAttribute>().ToDictionary(
            page => page.Identifier, page => page.Type.GetProperty("Model")?.PropertyType, StringComparer.Ordinal);
        routes.MapRazorPages().Add(page =>
        {
            if (page is RouteEndpointBuilder { RoutePattern.RawText: "error" })
                return;
            var model = models[page.Metadata.OfType<PageActionDescriptor>().First().RelativePath];
            var takesForms = model?.GetMethods().Any(
                handler => handler.Name.StartsWith("OnPost", StringComparison.Ordinal)) == true;
            page.Metadata.Add(new HttpMethodMetadata(takesForms ? Verbs.ReadingAndPost : Verbs.Reading));
        });
    }
}
