using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MediaPost;

/// <summary>The base of the dialect's two consent pages: finds the application and reads the decision.</summary>
internal abstract class LoginPage(ConsentDecisions decisions, ApplicationDirectory applications)
    : ConsentPage(decisions)
{
    protected const string TokenName = "auth_token";

    protected async ValueTask<Application?> FindApplicationAsync(CancellationToken cancellation) =>
        (Last("api_key") ?? Last("apiKey")) is { } key
        && await applications.FindEnabledAsync(key, cancellation) is { Kind: not ApplicationKind.Service } application
            ? application
            : null;

    /// <summary>Returns the last non-empty value of a query parameter, or null.</summary>
    protected string? Last(string name) => Request.Query[name].LastOrDefault(value => !string.IsNullOrEmpty(value));

    protected override bool Accepts(StringValues decision) => decision.FirstOrDefault() == "allow";

    protected override IActionResult LeaveDenied(ConsentRequest link, Message message) => Show(message with
    {
        Onward = link.Application.Callback is { } callback
            ? ($"Back to {new Uri(callback).Authority}", callback)
            : null,
    });
}
