using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// What the links to the two authorize pages share: permissions, and a form for old clients, which post its hidden
/// fields without a button. The original took that as consent.
/// </summary>
internal static class AuthorizeLink
{
    /// <summary>Reads the requested permissions; null if a level does not exist.</summary>
    public static Permissions? PermissionsOf(Call link) =>
        Permissions.Read(area => link[Permissions.ParameterPrefix + area]);

    /// <summary>Returns the question of a valid link. After a denial the callback gets an error.</summary>
    public static ConsentRequest Request(
        Call link, Application application, OpenHandshake? handshake, Permissions requested, string? callback,
        string tokenName)
    {
        var created = new NewHandshake(
            IpernityFeature.Dialect,
            IpernityMethods.NewText(application.Id),
            application.Id,
            IpernityMethods.FrobLifetime,
            SessionLifetime: null,
            SessionSlides: false,
            link.Address,
            requested.Stored);
        var done = new Message(
            new Text("You are signed in"),
            new Text("{0} can sign in as you now.", application.Name),
            new Text("You can close this window and return to the application."))
        {
            IsSuccess = true,
        };
        return new ConsentRequest(application, handshake, created, callback, tokenName, done)
        {
            Denial = [("error", "access_denied")],
            IsCoveredBy = granted => Permissions.FromStored(granted).Covers(requested),
            Permissions = requested.InWords(),
            FormName = "fa",
            Hidden = [.. link.Parameters.Select(parameter => (parameter.Name, parameter.Value))],
            ConsentsByDefault = true,
        };
    }
}
