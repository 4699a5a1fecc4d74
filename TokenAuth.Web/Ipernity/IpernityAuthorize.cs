using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary>A link to one of the two authorize pages that is in order.</summary>
/// <param name="Started">The handshake that the link brought, or null: then one is made when the person says yes.</param>
/// <param name="Text">Its token: a frob, or OAuth's request token.</param>
/// <param name="Callback">Where the browser goes afterwards, within what is registered; null: nowhere.</param>
internal sealed record AuthorizeLink(
    Application Application, OpenHandshake? Started, string? Text, Permissions Asked, string? Callback, string TokenName)
{
    /// <summary>The registered callback with what this handshake adds to it, and parameters of the dialect's; null where there is none.</summary>
    public string? CallbackWith(params IReadOnlyList<(string Name, string Value)> answers) =>
        Leads is { } registered ? CallbackAddress.With(registered, Callback, answers) : null;

    /// <summary>The callback that the browser goes to afterwards, as registered; null where it stays here.</summary>
    public string? Leads => Callback is null ? null : Application.Callback;

    /// <summary>Where a denial goes: OAuth's libraries want to see the request token again.</summary>
    public string? Denied => TokenName == RequestTokenName
        ? CallbackWith((RequestTokenName, Text!), ("error", "access_denied"))
        : CallbackWith(("error", "access_denied"));

    public const string RequestTokenName = "oauth_token";
}

/// <summary>What the authorize pages decide, apart from how they look.</summary>
internal sealed class IpernityAuthorize(ApplicationDirectory applications, Handshakes handshakes, Consents consents)
{
    private const string Tampered = "The link was changed on its way, or it was made with the wrong secret. Start again from the application.";
    private const string Spent = "This link was used already, or it is too old. If you have just allowed the application, go back to it. Otherwise start again from the application.";

    /// <summary><c>/apps/authorize</c>: signed with the application's secret. Null where the link is not in order; the second part says why.</summary>
    public async Task<(AuthorizeLink? Link, string Problem)> ReadAsync(Call call, CancellationToken cancellation)
    {
        if (call.NonEmpty("api_key") is not { } key || await applications.FindEnabledAsync(key, cancellation) is not { Kind: not ApplicationKind.Service } application)
            return (null, "No application is known under the key in this link, or it has been switched off. Go back to the application and ask its makers.");
        if (!Signature.Matches(call.NonEmpty("api_sig"), applications.SecretsOf(application), secret => IpernityRequest.Sign(call, method: "", secret))
            || !IpernityRequest.ReadsOneWay(call, method: "") || Asked(call) is not { } asked)
            return (null, Tampered);

        var isWeb = application is { Kind: ApplicationKind.Web, Callback: not null };
        if (call.NonEmpty("frob") is not { } frob)
        {
            return isWeb
                ? (new AuthorizeLink(application, Started: null, Text: null, asked, Callback: "", "frob"), "")
                : (null, "This link lacks the frob that the application should have put into it. Start again from the application.");
        }

        return IpernityRequest.IsToken(frob) && await handshakes.FindOpenAsync(IpernityFeature.Dialect, application.Id, frob, cancellation) is { } open
            ? (new AuthorizeLink(application, open, frob, asked, isWeb ? "" : null, "frob"), "")
            : (null, Spent);
    }

    /// <summary><c>/apps/oauth/authorize</c>: not signed; the request token tells which application asks.</summary>
    public async Task<(AuthorizeLink? Link, string Problem)> ReadRequestTokenAsync(Call call, CancellationToken cancellation)
    {
        // A token begins with the number of its application, so that one can be found by the other.
        if (call.NonEmpty("oauth_token") is not { } token || !IpernityRequest.IsToken(token) || Asked(call) is not { } asked
            || await applications.FindEnabledAsync(long.Parse(token.AsSpan(0, token.IndexOf('-', StringComparison.Ordinal))), cancellation) is not { Kind: not ApplicationKind.Service } application
            || await handshakes.FindOpenAsync(IpernityFeature.RequestTokens, application.Id, token, cancellation) is not { } open)
            return (null, Spent);
        // What the application signed when it asked for the token stands; the link, which nobody signs, may choose only where it
        // did not (OAuth 1.0 as it was before 1.0a), and then a whole URL.
        var callback = open.Callback ?? call.NonEmpty("oauth_callback") ?? "";
        return (new AuthorizeLink(application, open, token, asked, application.Callback is null ? null : CallbackAddress.IsAbsolute(callback) ? callback : "", AuthorizeLink.RequestTokenName), "");
    }

    /// <summary>Only a link without a frob may pass silently, and only where all it asks for was granted before.</summary>
    /// <returns>The token that the application can exchange now; null where the person must be asked.</returns>
    public async Task<string?> PassSilentlyAsync(AuthorizeLink link, long account, IPAddress address, CancellationToken cancellation) =>
        link.Started is null
        && await consents.GrantedAsync(account, link.Application.Id, IpernityFeature.Dialect, cancellation) is { } granted
        && Permissions.FromStored(granted).Covers(link.Asked)
            ? await OpenAsync(link, account, address, granted, cancellation)
            : null;

    /// <summary>Binds the link's handshake, or a new one, to the account. Null where somebody else was faster.</summary>
    /// <returns>The token that the application can exchange now.</returns>
    public async Task<string?> ConfirmAsync(AuthorizeLink link, long account, IPAddress address, CancellationToken cancellation)
    {
        if (link.Started is { } open)
            return await handshakes.ConfirmAsync(open, account, lifetime: null, cancellation, link.Asked.Stored) ? link.Text : null;
        return await OpenAsync(link, account, address, grantedBefore: null, cancellation);
    }

    private async Task<string?> OpenAsync(AuthorizeLink link, long account, IPAddress address, string? grantedBefore, CancellationToken cancellation)
    {
        var frob = IpernityMethods.NewText(link.Application.Id);
        var handshake = new NewHandshake(
            IpernityFeature.Dialect, frob, link.Application.Id, IpernityMethods.FrobLifetime, SessionLifetime: null, SessionSlides: false, address, link.Asked.Stored);
        return await handshakes.OpenConfirmedAsync(handshake, account, grantedBefore, cancellation) ? frob : null;
    }

    public Task DenyAsync(AuthorizeLink link, CancellationToken cancellation) =>
        link.Started is { } open ? handshakes.DenyAsync(open, cancellation) : Task.CompletedTask;

    private static Permissions? Asked(Call call) => Permissions.Read(area => call[Permissions.ParameterPrefix + area]);
}
