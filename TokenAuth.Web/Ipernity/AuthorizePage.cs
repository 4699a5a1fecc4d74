using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>What the two authorize pages have in common: permissions, and the markup that old clients read.</summary>
internal abstract class AuthorizePage(ConsentDecisions decisions) : ConsentPage(decisions)
{
    /// <summary>OAuth's name for its tokens, of which a request token is one.</summary>
    protected const string RequestTokenName = "oauth_token";

    protected Call Link => Call.OfQuery(Request);

    protected static Permissions? AskedPermissions(Call link) => Permissions.Read(area => link[Permissions.ParameterPrefix + area]);

    protected override NewHandshake NewHandshake(ConsentRequest link, bool keeps) => new(
        IpernityFeature.Dialect, IpernityMethods.NewText(link.Application.Id), link.Application.Id, IpernityMethods.FrobLifetime,
        SessionLifetime: null, SessionSlides: false, Caller, link.RequestedPermissions);

    protected override bool CoveredBy(ConsentRequest link, string granted) => Permissions.FromStored(granted).Covers(Permissions.FromStored(link.RequestedPermissions));

    protected override ConsentView View(ConsentRequest link, ConsentView view) => view with
    {
        Permissions = Permissions.FromStored(link.RequestedPermissions).InWords(),
        FormName = "fa",
        Hidden = [.. Link.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))],
    };

    /// <summary>
    /// Old clients send the form's hidden inputs only, no button: that means yes, as it did with the original. The hidden
    /// inputs come from the link, which must not answer in the place of the person: a deny among other decisions is a deny.
    /// </summary>
    protected override bool Accepts(StringValues decision) => !decision.Contains("deny", StringComparer.Ordinal);

    protected override Message Done(ConsentRequest link, string token) => new(
        "You are signed in", $"{link.Application.Name} can sign in as you now. You may close this window and return to the application.")
    {
        IsSuccess = true,
    };

    /// <summary>OAuth's libraries want to see the request token again.</summary>
    protected override IActionResult LeaveDenied(ConsentRequest link, Message message)
    {
        (string, string)[] again = link.TokenName == RequestTokenName ? [(RequestTokenName, link.Token!)] : [];
        return link.CallbackWith([.. again, ("error", "access_denied")]) is { } back ? Redirect(back) : Show(message);
    }
}
