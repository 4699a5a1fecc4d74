using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Dreamwidth;

/// <summary>Signs in a person who tries a method: a session of an hour, whose cookie signs in.</summary>
internal sealed class DreamwidthTrial(SessionStore sessions) : ITrialSignIn
{
    public string Dialect => DreamwidthFeature.Dialect;

    public async ValueTask<ClientSession?> OpenAsync(TrialPerson person, CancellationToken cancellation)
    {
        var account = person.Account;
        var cookie = await sessions.IssueNumberedAsync(
            new NewSession(
                Dialect, Text: "", Secret: null, ApplicationId: null, account.Id, Permissions: "",
                TrialPerson.SessionLifetime, Slides: false, person.From, Stamp: account.Stamp),
            number => SessionCookie.TextOf(account.Login.ToLowerInvariant(), number),
            cancellation);
        return cookie is null ? null : new ClientSession(cookie);
    }
}
