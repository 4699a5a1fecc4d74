using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>Finds the secrets that a signature may have been made with. They never leave the server.</summary>
internal sealed class SigningSecrets(
    ApplicationDirectory applications, SessionStore sessions, HandshakeStore handshakes, AccountDirectory accounts,
    AccountKeys keys, SecretProtector protector)
{
    /// <summary>The account whose sessions, tokens and keys may be used; null for those of all accounts.</summary>
    private long? OnlyOf { get; init; }

    /// <summary>
    /// Returns the same for a developer: no secret of the sessions and API keys of other people. Who could compute with
    /// those could act for these people.
    /// </summary>
    public SigningSecrets For(long accountId) =>
        new(applications, sessions, handshakes, accounts, keys, protector) { OnlyOf = accountId };

    /// <summary>Tells whether an application has this session now, whoever's it is.</summary>
    public async ValueTask<bool> HasSessionAsync(
        string dialect, long application, string text, CancellationToken cancellation) =>
        (await sessions.FindAsync(dialect, application, text, cancellation)).Succeeded(out _, out _);

    /// <summary>Returns an application's secret, and the previous one while it is valid.</summary>
    public IEnumerable<NamedSecret> OfApplication(Application application) =>
        applications.SecretsOf(application).Select((secret, index) => new NamedSecret(
            index == 0 ? $"the secret of {application.Name}" : $"the previous secret of {application.Name}", secret));

    /// <summary>Returns the secret of a session; null if the session is unknown, ended or has none.</summary>
    public async ValueTask<string?> OfSessionAsync(
        string dialect, long application, string? text, CancellationToken cancellation) =>
        text is not null
        && (await sessions.FindAsync(dialect, application, text, cancellation, needsSecret: true))
            .Succeeded(out var session, out _)
        && (OnlyOf is null || OnlyOf == session.AccountId)
            ? sessions.SecretOf(session)
            : null;

    /// <summary>Returns the secret of an OAuth request token; null if it is unknown.</summary>
    public async ValueTask<string?> OfHandshakeAsync(
        string dialect, long application, string? text, CancellationToken cancellation) =>
        text is null ? null
        : await handshakes.SecretOfAsync(dialect, application, text, cancellation, onlyOf: OnlyOf);

    /// <summary>
    /// Returns the MD5 of each API key of an account, in hexadecimal digits; empty for an unknown login.
    /// </summary>
    public async ValueTask<IReadOnlyList<NamedSecret>> OfAccountAsync(string login, CancellationToken cancellation)
    {
        if (await accounts.FindAsync(login, cancellation) is not { } account
            || (OnlyOf is not null && OnlyOf != account.Id))
        {
            return [];
        }

        var names = (await keys.ListAsync(account.Id, cancellation)).ToDictionary(key => key.Id, key => key.Name);
        return
        [
            .. (await keys.ReadAsync(account.Id, cancellation)).Select(key => new NamedSecret(
                $"the API key “{names.GetValueOrDefault(key.Id, "?")}”", protector.Unprotect(key.ProtectedMd5))),
        ];
    }
}
