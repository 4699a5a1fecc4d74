using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary>What the two authorize pages have in common: permissions, and the markup that old clients read.</summary>
internal abstract class AuthorizePage(ConsentDecisions decisions) : ConsentPage(decisions)
{
    /// <summary>OAuth's name for its tokens, of which a request token is one.</summary>
    protected const string RequestTokenName = "oauth_token";

    protected Call Link => Call.OfQuery(Request);

    protected static Permissions? Asked(Call link) => Permissions.Read(area => link[Permissions.ParameterPrefix + area]);

    protected override NewHandshake Make(ConsentLink link, bool keeps) => new(
        IpernityFeature.Dialect, IpernityMethods.NewText(link.Application.Id), link.Application.Id, IpernityMethods.FrobLifetime,
        SessionLifetime: null, SessionSlides: false, Caller, link.Asked);

    protected override bool Suffices(ConsentLink link, string granted) => Permissions.FromStored(granted).Covers(Permissions.FromStored(link.Asked));

    protected override ConsentView Shown(ConsentLink link, ConsentView view) => view with
    {
        Permissions = Permissions.FromStored(link.Asked).InWords(),
        FormName = "fa",
        Hidden = [.. Link.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))],
    };

    /// <summary>
    /// Old clients send the form's hidden inputs only, no button: that means yes, as it did with the original. The hidden
    /// inputs come from the link, which must not answer in the place of the person: a deny among other decisions is a deny.
    /// </summary>
    protected override bool Allows(StringValues decision) => !decision.Contains("deny", StringComparer.Ordinal);

    protected override Message Done(ConsentLink link, string token) => new(
        "You are signed in", $"{link.Application.Name} can sign in as you now. You may close this window and return to the application.")
    {
        IsSuccess = true,
    };

    /// <summary>OAuth's libraries want to see the request token again.</summary>
    protected override IActionResult LeaveDenied(ConsentLink link, Message message)
    {
        (string, string)[] again = link.TokenName == RequestTokenName ? [(RequestTokenName, link.Token!)] : [];
        return link.CallbackWith([.. again, ("error", "access_denied")]) is { } back ? Redirect(back) : Say(message);
    }
}
