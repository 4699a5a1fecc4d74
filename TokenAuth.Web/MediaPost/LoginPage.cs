using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MediaPost;

/// <summary>What the dialect's two pages share: how a link names its application, and how a person decides.</summary>
internal abstract class LoginPage(ConsentDecisions decisions, ApplicationDirectory applications)
    : ConsentPage(decisions)
{
    protected const string TokenName = "auth_token";

    protected async ValueTask<Application?> FindApplicationAsync(CancellationToken cancellation) =>
        (Last("api_key") ?? Last("apiKey")) is { } key
        && await applications.FindEnabledAsync(key, cancellation) is { Kind: not ApplicationKind.Service } application
            ? application
            : null;

    /// <summary>The link's last value that is not empty.</summary>
    protected string? Last(string name) => Request.Query[name].LastOrDefault(value => !string.IsNullOrEmpty(value));

    protected override bool Accepts(StringValues decision) => decision.FirstOrDefault() == "allow";

    protected override IActionResult LeaveDenied(ConsentRequest link, Message message) => Show(message with
    {
        Onward = link.Application.Callback is { } callback
            ? ($"Back to {new Uri(callback).Authority}", callback)
            : null,
    });
}
