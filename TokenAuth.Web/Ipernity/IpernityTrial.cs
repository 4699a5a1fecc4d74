using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// Signs in a person who tries a method: a consent with every permission, and a token of an hour. The token has a
/// secret, so that OAuth can use it as well.
/// </summary>
internal sealed class IpernityTrial(HandshakeStore handshakes) : ITrialSignIn
{
    private static readonly string All = Permissions.Read(
        area => area == "profile" ? "write" : "delete")!.Stored;

    public string Dialect => IpernityFeature.Dialect;

    public async ValueTask<ClientSession?> OpenAsync(TrialPerson person, CancellationToken cancellation)
    {
        if (await ConfirmAsync(person, cancellation) is not { } frob)
            return null;
        var exchange = await handshakes.ExchangeAsync(
            Dialect, person.Application!.Id, frob, IpernityMethods.NewText(person.Application.Id), RandomToken.Hex(32),
            person.From, cancellation);
        return exchange.Succeeded(out var token, out _) ? new ClientSession(token.Text, token.Secret) : null;
    }

    public async ValueTask<string?> ConfirmAsync(TrialPerson person, CancellationToken cancellation)
    {
        var frob = IpernityMethods.NewText(person.Application!.Id);
        var handshake = new NewHandshake(
            Dialect, frob, person.Application.Id, IpernityMethods.FrobLifetime, TrialPerson.SessionLifetime,
            SessionSlides: false, person.From, All);
        return await handshakes.OpenConfirmedAsync(handshake, person.Account.Id, grantedBefore: null, cancellation)
            ? frob
            : null;
    }
}
