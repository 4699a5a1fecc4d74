using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Applications;

/// <summary>A registered caller.</summary>
internal sealed class Application
{
    private IPNetwork[]? _networks;

    public long Id { get; set; }

    /// <summary>The public key: 32 lower-case hexadecimal digits.</summary>
    public required string ApiKey { get; set; }

    public required string Name { get; set; }

    public ApplicationKind Kind { get; set; }

    /// <summary>The absolute http or https URL that a browser goes to after consent; null if there is none.</summary>
    public string? Callback { get; set; }

    /// <summary>
    /// The secret, encrypted and not hashed, because MD5 and HMAC signatures are computed from its text.
    /// </summary>
    public required string ProtectedSecret { get; set; }

    /// <summary>The secret before the last rotation, valid until <see cref="PreviousSecretUntil"/>.</summary>
    public string? PreviousProtectedSecret { get; set; }

    public DateTimeOffset? PreviousSecretUntil { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>Tells whether the application is still in development, and may make some calls unsigned.</summary>
    public bool Nonproduction { get; set; }

    /// <summary>The networks (CIDR) that may call for it; none means any.</summary>
    public string[] Networks { get; set; } = [];

    public string[] Namespaces { get; set; } = [];

    /// <summary>
    /// The number of calls allowed in each window of <see cref="QuotaWindow"/>; null means any number.
    /// </summary>
    public long? QuotaCalls { get; set; }

    public TimeSpan? QuotaWindow { get; set; }

    /// <summary>OpenID Connect: the URLs that a browser may be sent back to after a sign-in.</summary>
    public string[] Redirects { get; set; } = [];

    /// <summary>OpenID Connect: the URLs that a browser may be sent back to after signing out.</summary>
    public string[] SignOutRedirects { get; set; } = [];

    /// <summary>
    /// OpenID Connect: tells whether the application cannot keep a secret, and proves itself by PKCE only.
    /// </summary>
    public bool IsPublic { get; set; }

    /// <summary>Tells whether the application may exchange tokens (RFC 8693).</summary>
    public bool MayExchange { get; set; }

    /// <summary>
    /// The API keys of the applications whose sessions it may exchange; none means all. Counts with
    /// <see cref="MayExchange"/> only.
    /// </summary>
    public string[] ExchangesFrom { get; set; } = [];

    /// <summary>The audiences that its access tokens may be issued for.</summary>
    public string[] Audiences { get; set; } = [];

    /// <summary>
    /// OpenID Connect: the host whose applications share one subject for a person; null if the subject is the account's
    /// number.
    /// </summary>
    public string? Sector { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The account that manages it in the console; null if only the operator does.</summary>
    public long? OwnerId { get; set; }

    /// <summary>The http or https URL of a page about the application; null if there is none.</summary>
    public string? HomePage { get; set; }

    /// <summary>Why it is disabled. It counts only if it is not <see cref="Enabled"/>.</summary>
    public DisabledReason DisabledFor { get; set; }

    /// <summary>What an administrator wrote when refusing it; null if nothing.</summary>
    public string? Refusal { get; set; }

    /// <summary>The quota that the owner asks for, with <see cref="AskedWindow"/>; null if none.</summary>
    public long? AskedCalls { get; set; }

    public TimeSpan? AskedWindow { get; set; }

    /// <summary>The account that the owner has offered it to; null if none.</summary>
    public long? OfferedTo { get; set; }

    public DateTimeOffset? OfferedAt { get; set; }

    /// <summary>Tells whether an administrator still has to approve it.</summary>
    public bool IsWaiting => this is { Enabled: false, DisabledFor: DisabledReason.Waiting };

    /// <summary>Returns the quota that the owner asks for; null if none.</summary>
    public QuotaRule? AskedQuota() =>
        this is { AskedCalls: { } calls, AskedWindow: { } window } ? new QuotaRule(calls, window) : null;

    /// <summary>Returns the quota; null if calls are not limited.</summary>
    public QuotaRule? QuotaRule() =>
        this is { QuotaCalls: { } calls, QuotaWindow: { } window } ? new QuotaRule(calls, window) : null;

    /// <summary>Checks whether an address is in one of the <see cref="Networks"/>, or there are none.</summary>
    public bool MayBeCalledFrom(IPAddress address) =>
        Networks.Length == 0
        || Array.Exists(_networks ??= Array.ConvertAll(Networks, Network), network => network.Contains(address));

    /// <summary>Parses a stored network. An earlier version stored IPv4-mapped networks as they were typed.</summary>
    private static IPNetwork Network(string stored) => IPNetwork.Parse(Cidr.Normalize(stored) ?? stored);
}

/// <summary>The kind of an application.</summary>
internal enum ApplicationKind
{
    /// <summary>Runs on a server, where it keeps its secret.</summary>
    Web,

    /// <summary>Runs on its users' machines, so that any user can find its secret.</summary>
    Desktop,

    /// <summary>A service of the operator, which may introspect every session.</summary>
    Service,

    /// <summary>Signs people in with OpenID Connect.</summary>
    Oidc,
}

/// <summary>Why an application is disabled.</summary>
internal enum DisabledReason
{
    /// <summary>An operator or an administrator disabled it. The owner cannot enable it.</summary>
    Operator,

    /// <summary>Its owner disabled it, and can enable it.</summary>
    Owner,

    /// <summary>Its owner registered it, and an administrator has to approve it.</summary>
    Waiting,

    /// <summary>An administrator refused it. The owner may change it and ask again.</summary>
    Refused,
}
