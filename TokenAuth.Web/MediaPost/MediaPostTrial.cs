using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MediaPost;

/// <summary>Signs in a person who tries a method: a consent, and a session of an hour.</summary>
internal sealed class MediaPostTrial(HandshakeStore handshakes) : ITrialSignIn
{
    public string Dialect => MediaPostFeature.Dialect;

    public async ValueTask<ClientSession?> OpenAsync(TrialPerson person, CancellationToken cancellation)
    {
        if (await ConfirmAsync(person, cancellation) is not { } token)
            return null;
        var isDesktop = person.Application!.Kind == ApplicationKind.Desktop;
        var exchange = await handshakes.ExchangeAsync(
            Dialect, person.Application.Id, token, RandomToken.Hex(MediaPostRequest.SessionKeyDigits),
            isDesktop ? RandomToken.Hex(32) : null, person.From, cancellation);
        return exchange.Succeeded(out var session, out _) ? new ClientSession(session.Text, session.Secret) : null;
    }

    public async ValueTask<string?> ConfirmAsync(TrialPerson person, CancellationToken cancellation)
    {
        var token = RandomToken.Hex(MediaPostRequest.TokenDigits);
        var handshake = new NewHandshake(
            Dialect, token, person.Application!.Id, OpenFor: TrialPerson.SessionLifetime,
            TrialPerson.SessionLifetime, SessionSlides: false, person.From);
        return await handshakes.OpenConfirmedAsync(handshake, person.Account.Id, grantedBefore: null, cancellation)
            ? token
            : null;
    }
}
