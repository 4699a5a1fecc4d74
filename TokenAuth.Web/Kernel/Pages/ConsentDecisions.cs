using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Pages;

/// <summary>Carries out the decisions of a consent page. The returned tokens can be exchanged immediately.</summary>
internal sealed class ConsentDecisions(
    HandshakeStore handshakes, ConsentStore consents, ApplicationLogos logos, SecurityLog events)
{
    /// <summary>
    /// Opens a confirmed handshake without asking the person, if the link has no handshake and an earlier consent
    /// covers it. A handshake in the link may have been opened by an attacker who waits to exchange it (session
    /// fixation), so the person is always asked.
    /// </summary>
    /// <returns>The token; null if the person must be asked.</returns>
    public async Task<string?> PassSilentlyAsync(ConsentRequest link, long account, CancellationToken cancellation) =>
        link is { Handshake: null, Created: var created, IsCoveredBy: { } isCoveredBy }
        && await consents.GrantedAsync(account, link.Application.Id, created.Dialect, cancellation) is { } granted
        && isCoveredBy(granted)
        && await handshakes.OpenConfirmedAsync(created, account, granted, cancellation)
            ? created.Text
            : null;

    /// <summary>Returns the hash of the application's approved logo; null if it has none.</summary>
    public ValueTask<string?> LogoAsync(ConsentRequest link, CancellationToken cancellation) =>
        logos.ApprovedHashAsync(link.Application.Id, cancellation);

    /// <summary>Returns when the account allowed the application last; null if it does not allow it.</summary>
    public ValueTask<DateTimeOffset?> AllowedBeforeAsync(
        ConsentRequest link, long account, CancellationToken cancellation) =>
        consents.GrantedAtAsync(account, link.Application.Id, cancellation);

    /// <summary>Binds the link's handshake, or a new one, to the account.</summary>
    /// <param name="remembers">True if the person wants a session without end.</param>
    /// <returns>The token; null if the handshake is no longer open.</returns>
    public async Task<string?> ConfirmAsync(
        ConsentRequest link, long account, bool remembers, CancellationToken cancellation)
    {
        var created = remembers ? link.Created with { SessionLifetime = null } : link.Created;
        if (link.Handshake is not { } open)
        {
            return await handshakes.OpenConfirmedAsync(created, account, grantedBefore: null, cancellation)
                ? created.Text
                : null;
        }

        (TimeSpan?, bool)? lifetime = remembers ? (null, created.SessionSlides) : null;
        return await handshakes.ConfirmAsync(
            open, account, created.OpenedFrom, lifetime, cancellation, created.Permissions, link.Verifier?.Value)
                ? open.Text
                : null;
    }

    /// <summary>Ends the link's handshake, if any, and records the refusal.</summary>
    public async Task DenyAsync(ConsentRequest link, long account, CancellationToken cancellation)
    {
        var created = link.Created;
        if (link.Handshake is { } open)
        {
            await handshakes.DenyAsync(open, account, created.OpenedFrom, cancellation);
            return;
        }

        events.Add(new SecurityEvent(
            EventKind.ConsentRefused, account, link.Application.Id, created.Dialect, created.OpenedFrom));
    }
}
