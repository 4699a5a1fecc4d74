using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Applications;

/// <summary>A registered caller.</summary>
internal sealed class Application
{
    private IPNetwork[]? _networks;

    public long Id { get; set; }

    /// <summary>32 lower-case hexadecimal digits; public.</summary>
    public required string ApiKey { get; set; }

    public required string Name { get; set; }

    public ApplicationKind Kind { get; set; }

    /// <summary>Where a person's browser goes after consent: an absolute http or https URL, or null.</summary>
    public string? Callback { get; set; }

    /// <summary>The secret, encrypted, because MD5 and HMAC signatures are computed from its text.</summary>
    public required string ProtectedSecret { get; set; }

    /// <summary>The secret before the last rotation, good until <see cref="PreviousSecretUntil"/>.</summary>
    public string? PreviousProtectedSecret { get; set; }

    public DateTimeOffset? PreviousSecretUntil { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>An application that is still being written may make some calls unsigned.</summary>
    public bool Nonproduction { get; set; }

    /// <summary>Networks (CIDR) that may call for it; none means any.</summary>
    public string[] Networks { get; set; } = [];

    public string[] Namespaces { get; set; } = [];

    /// <summary>Calls allowed in each window of <see cref="QuotaWindow"/>; null means any number.</summary>
    public long? QuotaCalls { get; set; }

    public TimeSpan? QuotaWindow { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null where its calls are not limited.</summary>
    public QuotaRule? QuotaRule() =>
        this is { QuotaCalls: { } calls, QuotaWindow: { } window } ? new QuotaRule(calls, window) : null;

    /// <summary>Whether this address is in one of the <see cref="Networks"/>, or there are none.</summary>
    public bool MayBeCalledFrom(IPAddress address) =>
        Networks.Length == 0 || Array.Exists(_networks ??= Array.ConvertAll(Networks, Network), network => network.Contains(address));

    /// <summary>An earlier version has kept IPv4-mapped networks as they were typed.</summary>
    private static IPNetwork Network(string kept) => IPNetwork.Parse(Cidr.Normalize(kept) ?? kept);
}

internal enum ApplicationKind
{
    /// <summary>Runs on a server, and keeps its secret there.</summary>
    Web,

    /// <summary>Runs on its users' machines, so its secret is known to whoever looks.</summary>
    Desktop,

    /// <summary>A service of the operator's own, which may look at every session.</summary>
    Service,
}
