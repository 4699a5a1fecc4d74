using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>What a consent page decides, apart from how it looks. Tokens are what the application can exchange now.</summary>
internal sealed class ConsentDecisions(HandshakeStore handshakes, ConsentStore consents, SecurityLog events)
{
    /// <summary>
    /// Only a link without a handshake may pass without asking, and only where the consent suffices: a handshake was opened
    /// before it was known who would confirm it, perhaps by somebody who waits to use it.
    /// </summary>
    /// <param name="made">The handshake that is made for the link.</param>
    /// <param name="suffices">Whether what was granted before covers what is asked for now.</param>
    /// <returns>The token; null where the person must be asked.</returns>
    public async Task<string?> PassSilentlyAsync(ConsentRequest link, NewHandshake made, long account, Func<string, bool> suffices, CancellationToken cancellation) =>
        link.Handshake is null
        && await consents.GrantedAsync(account, link.Application.Id, made.Dialect, cancellation) is { } granted
        && suffices(granted)
        && await handshakes.OpenConfirmedAsync(made, account, granted, cancellation)
            ? made.Text
            : null;

    /// <summary>Binds the link's handshake, or the one that is made for it, to the account.</summary>
    /// <param name="keeps">Whether the person wants a session without end.</param>
    /// <returns>The token; null where somebody else was faster.</returns>
    public async Task<string?> ConfirmAsync(ConsentRequest link, NewHandshake made, long account, bool keeps, CancellationToken cancellation)
    {
        if (link.Handshake is not { } open)
            return await handshakes.OpenConfirmedAsync(made, account, grantedBefore: null, cancellation) ? made.Text : null;
        (TimeSpan?, bool)? lifetime = keeps ? (null, made.SessionSlides) : null;
        return await handshakes.ConfirmAsync(open, account, made.OpenedFrom, lifetime, cancellation, made.Permissions, link.Verifier)
            ? link.Token
            : null;
    }

    /// <summary>Ends the link's handshake, if it has one, and records the person's answer.</summary>
    public async Task DenyAsync(ConsentRequest link, NewHandshake made, long account, CancellationToken cancellation)
    {
        if (link.Handshake is { } open)
            await handshakes.DenyAsync(open, account, made.OpenedFrom, cancellation);
        else
            events.Add(new SecurityEvent(EventKind.ConsentRefused, account, link.Application.Id, made.Dialect, made.OpenedFrom));
    }
}
