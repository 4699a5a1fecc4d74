using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The language and the time zone of the person who sees a page. The language is that of the profile, or else the first
/// of the browser's that the pages have.
/// </summary>
internal sealed class PersonalSettings
{
    /// <summary>Writes times for the person.</summary>
    public PersonalTime Time { get; private set; } = new(zone: null);

    /// <summary>
    /// Returns a time as an element. A script shows it in the browser's time zone if the person has chosen none.
    /// </summary>
    public IHtmlContent When(DateTimeOffset instant) => Element(instant, Time.Write(instant), "time");

    /// <summary>Returns a date as an element.</summary>
    public IHtmlContent Day(DateTimeOffset instant) => Element(instant, Time.WriteDate(instant), "date");

    /// <summary>Uses the language and time zone of a profile.</summary>
    public void Use(string? language, string? timeZone)
    {
        if (Language.Find(language) is { } found)
            CultureInfo.CurrentUICulture = found.Culture;
        Time = new PersonalTime(TimeZones.Find(timeZone));
    }

    private HtmlString Element(DateTimeOffset instant, string text, string kind)
    {
        var machine = instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var local = Time.IsLocal ? "" : $" data-local=\"{kind}\"";
        return new HtmlString($"<time datetime=\"{machine}\"{local}>{text}</time>");
    }
}

/// <summary>Marks a page that has no translations.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EnglishPageAttribute : Attribute;

/// <summary>Chooses the language of a page.</summary>
internal static class PageLanguages
{
    /// <summary>Registers the texts, and what pages inject to show them.</summary>
    public static IServiceCollection AddLanguages(this IServiceCollection services)
    {
        services.AddScoped<PersonalSettings>();
        return services.Configure<RequestLocalizationOptions>(localization =>
        {
            // Formats stay invariant: only texts and dates are in the person's language.
            localization.DefaultRequestCulture = new RequestCulture(
                CultureInfo.InvariantCulture, Language.English.Culture);
            localization.SupportedCultures = [CultureInfo.InvariantCulture];
            localization.SupportedUICultures = [.. Language.All.Select(language => language.Culture)];
            localization.RequestCultureProviders =
                [new CustomRequestCultureProvider(context => Task.FromResult(Preferred(context.Request)))];
        });
    }

    /// <summary>
    /// Finds out who is signed in, and continues in the language of their profile. Before, the language is the
    /// browser's.
    /// </summary>
    public static void UseSignedInPeople(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(async (context, next) =>
        {
            // The culture must be set in this function: a called async function would undo it when it returns. The
            // error page must not read the store, because the store may be the cause of the error.
            if (context.User.Uid is { } account
                && context.Features.Get<IExceptionHandlerFeature>() is null
                && await ReadAsync(context, account) is { } profile)
                context.RequestServices.GetRequiredService<PersonalSettings>().Use(profile.Language, profile.TimeZone);
            if (context.GetEndpoint()?.Metadata is { } page && page.GetMetadata<PageActionDescriptor>() is not null)
            {
                if (page.GetMetadata<EnglishPageAttribute>() is not null)
                    CultureInfo.CurrentUICulture = Language.English.Culture;
                context.Response.Headers.ContentLanguage = Language.Current.Code;
                context.Response.Headers.Vary = "Accept-Language, Cookie";
            }

            await next(context);
        });
    }

    /// <summary>
    /// Returns the first of the browser's languages that the pages have, in whatever country: <c>de-AT</c> is German.
    /// Null if there is none.
    /// </summary>
    private static ProviderCultureResult? Preferred(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .Where(range => range.Quality is not 0)
        .OrderByDescending(range => range.Quality ?? 1)
        .Select(range => Language.Find(range.Value.Value?.Split('-')[0]))
        .OfType<Language>()
        .Select(language => new ProviderCultureResult(CultureInfo.InvariantCulture.Name, language.Code))
        .FirstOrDefault();

    private static async Task<Profile?> ReadAsync(HttpContext context, long account) =>
        await context.RequestServices.GetRequiredService<Store>().QueryAsync<Profile>(
            "SELECT language, time_zone FROM accounts WHERE id = @account",
            context.RequestAborted,
            ("@account", account)) is [var profile] ? profile : null;

    private sealed record Profile(string? Language, string? TimeZone);
}
