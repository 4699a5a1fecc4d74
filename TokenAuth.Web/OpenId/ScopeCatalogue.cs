using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// The scopes that applications can ask for: those of OpenID Connect, and the permissions of dialects.
/// </summary>
internal sealed class ScopeCatalogue(IEnumerable<IPermissionScopes> dialects)
{
    private readonly IReadOnlyList<(string Scope, Text? Words)> _all =
    [
        (Scopes.OpenId, null),
        (Scopes.Profile, new Text("see your login name, your name, your language and your time zone")),
        (Scopes.Email, new Text("see your e-mail address")),
        (Scopes.OfflineAccess, new Text("stay signed in while you are away")),
        .. dialects.SelectMany(dialect => dialect.Scopes).Select(entry => (entry.Scope, (Text?)entry.Words)),
    ];

    /// <summary>The names of all scopes.</summary>
    public IEnumerable<string> Names => _all.Select(entry => entry.Scope);

    /// <summary>Returns the requested scopes that exist, in a fixed order.</summary>
    public IReadOnlyList<string> Known(IEnumerable<string> requested)
    {
        var wanted = requested.ToHashSet(StringComparer.Ordinal);
        return [.. Names.Where(wanted.Contains)];
    }

    /// <summary>Returns what the scopes allow, in words for the consent page.</summary>
    public IReadOnlyList<Text> InWords(IReadOnlyCollection<string> scopes) =>
    [
        .. _all.Where(entry => scopes.Contains(entry.Scope, StringComparer.Ordinal))
            .Select(entry => entry.Words).OfType<Text>(),
    ];

    /// <summary>Returns the scopes that a session of a dialect has.</summary>
    public IReadOnlyList<string> OfSession(string dialect, string permissions) =>
        dialects.FirstOrDefault(source => source.Dialect == dialect)?.ScopesOf(permissions) ?? [];

    /// <summary>Returns the text that handshakes, consents and sessions store.</summary>
    public static string Stored(IEnumerable<string> scopes) => string.Join(' ', scopes);

    /// <summary>Checks whether an earlier consent includes all requested scopes.</summary>
    public static bool Covers(string stored, IEnumerable<string> requested) =>
        !requested.Except(FromStored(stored), StringComparer.Ordinal).Any();

    /// <summary>Reads <see cref="Stored"/>.</summary>
    public static string[] FromStored(string stored) => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
