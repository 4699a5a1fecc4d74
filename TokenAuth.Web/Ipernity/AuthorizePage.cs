using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>The base of the two authorize pages: permissions, and the form that old clients read.</summary>
internal abstract class AuthorizePage(ConsentDecisions decisions) : ConsentPage(decisions)
{
    /// <summary>The OAuth parameter that carries the request token.</summary>
    protected const string RequestTokenName = "oauth_token";

    protected Call Link => Call.OfQuery(Request);

    protected static Permissions? RequestedPermissions(Call link) =>
        Permissions.Read(area => link[Permissions.ParameterPrefix + area]);

    protected override NewHandshake NewHandshake(ConsentRequest link, bool keeps) => new(
        IpernityFeature.Dialect,
        IpernityMethods.NewText(link.Application.Id),
        link.Application.Id,
        IpernityMethods.FrobLifetime,
        SessionLifetime: null,
        SessionSlides: false,
        Caller,
        link.RequestedPermissions);

    protected override bool CoveredBy(ConsentRequest link, string granted) =>
        Permissions.FromStored(granted).Covers(Permissions.FromStored(link.RequestedPermissions));

    protected override ConsentView View(ConsentRequest link, ConsentView view) => view with
    {
        Permissions = Permissions.FromStored(link.RequestedPermissions).InWords(),
        FormName = "fa",
        Hidden = [.. Link.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))],
    };

    /// <summary>
    /// Returns true unless a decision says <c>deny</c>. Old clients post the form's hidden inputs without a button; the
    /// original took that as consent. The hidden inputs repeat the link, so a <c>decision</c> in the link must not
    /// override the person's deny.
    /// </summary>
    protected override bool Accepts(StringValues decision) => !decision.Contains("deny", StringComparer.Ordinal);

    protected override Message Done(ConsentRequest link, string token) => new(
        "You are signed in",
        $"{link.Application.Name} can sign in as you now. "
            + "You may close this window and return to the application.")
    {
        IsSuccess = true,
    };

    /// <summary>Redirects with an error. OAuth libraries expect the request token in that redirect.</summary>
    protected override IActionResult LeaveDenied(ConsentRequest link, Message message)
    {
        (string, string)[] token = link.TokenName == RequestTokenName ? [(RequestTokenName, link.Token!)] : [];
        return link.CallbackWith([.. token, ("error", "access_denied")]) is { } callback
            ? Redirect(callback)
            : Show(message);
    }
}
