using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account</c>: the person's profile. It also serves the forms that it had before there were four pages, which
/// remove an application and end sessions.
/// </summary>
[Authorize]
internal sealed class IndexModel(
    AccountProfiles profiles, Administrators administrators, ConsentStore consents, SessionStore sessions,
    AccountSessions all, PersonalSettings personal, Texts texts) : PageModel
{
    private const string SecurityPath = "/account/security";

    public AccountProfile Profile { get; private set; } = new();

    /// <summary>The name as stored or typed.</summary>
    public string? Name { get; private set; }

    /// <summary>The language as stored or chosen; null for the browser's.</summary>
    public Language? ChosenLanguage { get; private set; }

    /// <summary>The time zone as stored or typed.</summary>
    public string? TimeZone { get; private set; }

    public bool NameIsWrong { get; private set; }

    public bool LanguageIsWrong { get; private set; }

    public bool TimeZoneIsWrong { get; private set; }

    /// <summary>The time zones that a mistyped one may mean.</summary>
    public IReadOnlyList<string> SimilarZones { get; private set; } = [];

    /// <summary>Whether the page links to those of administrators.</summary>
    public bool IsAdministrator { get; private set; }

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await profiles.FindAsync(User.Uid!.Value, HttpContext.RequestAborted) is not { } profile)
        {
            context.Result = Challenge();
            return;
        }

        Profile = profile;
        await next();
    }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        (Name, TimeZone) = (Profile.DisplayName == Profile.Login ? "" : Profile.DisplayName, Profile.TimeZone);
        ChosenLanguage = Language.Find(Profile.Language);
        await ShowAsync(cancellation);
    }

    public async Task<IActionResult> OnPostSaveAsync(
        [FromForm] string? name, [FromForm] string? language, [FromForm] string? zone,
        CancellationToken cancellation)
    {
        (Name, TimeZone) = (name, zone);
        var displayName = AccountProfile.NormalName(name, Profile.Login);
        NameIsWrong = displayName is null;
        ChosenLanguage = Language.Find(language);
        LanguageIsWrong = ChosenLanguage is null && !string.IsNullOrEmpty(language);
        var chosenZone = string.IsNullOrWhiteSpace(zone) ? null : TimeZones.Named(zone);
        TimeZoneIsWrong = chosenZone is null && !string.IsNullOrWhiteSpace(zone);
        if (NameIsWrong || LanguageIsWrong || TimeZoneIsWrong)
        {
            SimilarZones = TimeZoneIsWrong ? TimeZones.Similar(zone!) : [];
            await ShowAsync(cancellation);
            return Page();
        }

        await profiles.SaveAsync(User.Uid!.Value, displayName!, ChosenLanguage?.Code, chosenZone, cancellation);

        // The next page is in the chosen language, and so is its notice.
        CultureInfo.CurrentUICulture = HttpContext.Features.Get<IRequestCultureFeature>()!.RequestCulture.UICulture;
        personal.Use(ChosenLanguage?.Code, chosenZone);
        Notice = texts["Your profile was saved."];
        return LocalRedirect("/account");
    }

    public async Task<IActionResult> OnPostRemoveAsync(long id, CancellationToken cancellation)
    {
        Notice = await consents.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation)
            ? texts["The application was removed, and its sessions have ended."]
            : texts["That application was already removed."];
        return LocalRedirect(ApplicationsModel.Path);
    }

    public async Task<IActionResult> OnPostEndAsync(long id, CancellationToken cancellation)
    {
        Notice = await sessions.EndAsync(id, User.Uid!.Value, HttpContext.CallerAddress, cancellation)
            ? texts["The session has ended."] : texts["That session had already ended."];
        return LocalRedirect(SecurityPath);
    }

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellation)
    {
        var ended = await all.EndOthersAsync(
            User.Uid!.Value, User.SessionId!.Value, HttpContext.CallerAddress, cancellation);
        Notice = ended == 0
            ? texts["There was no other session."]
            : texts.Plural(ended, "The other session has ended.", "The other {0} sessions have ended.");
        return LocalRedirect(SecurityPath);
    }

    private async Task ShowAsync(CancellationToken cancellation) =>
        IsAdministrator = await administrators.IncludesAsync(User.Uid!.Value, cancellation);
}
