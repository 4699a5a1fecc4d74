using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.MediaPost;

/// <summary>A login link that is in order.</summary>
/// <param name="Started">The handshake that the link brought, or null: then one is made when the person says yes.</param>
internal sealed record LoginLink(Application Application, OpenHandshake? Started, string? Token, string? Next);

/// <summary>What the login script decides, apart from how its page looks.</summary>
internal sealed class MediaPostLogin(
    ApplicationDirectory applications, Handshakes handshakes, Consents consents, MediaPostOptions options)
{
    /// <summary>Null where the link is not in order; the reason, for the person, is then in the second part.</summary>
    public async Task<(LoginLink? Link, string Problem)> ReadAsync(IQueryCollection query, CancellationToken cancellation)
    {
        var key = Last(query, "api_key") ?? Last(query, "apiKey");
        if (key is null || await applications.FindEnabledAsync(key, cancellation) is not { Kind: not ApplicationKind.Service } application)
            return (null, "No application is known under the key in this link, or it has been switched off. Go back to the application and ask its makers.");

        if (Last(query, "auth_token") is { } token)
        {
            return await handshakes.FindOpenAsync(MediaPostFeature.Dialect, application.Id, token, cancellation) is { } open
                ? (new LoginLink(application, open, token, Last(query, "next")), "")
                : (null, "This link was used already, or it is too old. If you have just allowed the application, go back to it. Otherwise start again from the application.");
        }

        return application is { Kind: ApplicationKind.Web, Callback: not null }
            ? (new LoginLink(application, Started: null, Token: null, Last(query, "next")), "")
            : (null, "This link lacks the token that the application should have put into it. Start again from the application.");
    }

    /// <summary>
    /// Only a link without a token may pass without asking, and only for an application that has consent: a token was made
    /// before it was known who would confirm it, perhaps by somebody who waits to use it.
    /// </summary>
    /// <returns>The token that the application can exchange now; null where the person must be asked.</returns>
    public async Task<string?> PassSilentlyAsync(LoginLink link, long account, IPAddress address, CancellationToken cancellation) =>
        link.Started is null && await consents.GrantedAsync(account, link.Application.Id, MediaPostFeature.Dialect, cancellation) is { } granted
            ? await OpenAsync(link, account, keep: false, address, granted, cancellation)
            : null;

    /// <summary>Binds the link's handshake, or a new one, to the account. Null where somebody else was faster.</summary>
    /// <param name="keep">Whether the person wants a session without end.</param>
    /// <returns>The token that the application can exchange now.</returns>
    public async Task<string?> ConfirmAsync(LoginLink link, long account, bool keep, IPAddress address, CancellationToken cancellation)
    {
        if (link.Started is { } open)
            return await handshakes.ConfirmAsync(open, account, keep ? (null, Slides(link)) : null, cancellation) ? link.Token : null;
        return await OpenAsync(link, account, keep, address, grantedBefore: null, cancellation);
    }

    public Task DenyAsync(LoginLink link, CancellationToken cancellation) =>
        link.Started is { } open ? handshakes.DenyAsync(open, cancellation) : Task.CompletedTask;

    private static string? Last(IQueryCollection query, string name) => query[name].LastOrDefault(value => !string.IsNullOrEmpty(value));

    private async Task<string?> OpenAsync(LoginLink link, long account, bool keep, IPAddress address, string? grantedBefore, CancellationToken cancellation)
    {
        var token = TokenText.Hex(MediaPostRequest.TokenDigits);
        var handshake = new NewHandshake(
            MediaPostFeature.Dialect, token, link.Application.Id, options.TokenLifetime, keep ? null : MediaPostMethods.DefaultLifetime, Slides(link), address);
        return await handshakes.OpenConfirmedAsync(handshake, account, grantedBefore, cancellation) ? token : null;
    }

    private static bool Slides(LoginLink link) => link.Application.Kind == ApplicationKind.Desktop;
}
