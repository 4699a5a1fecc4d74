using System.Net;
using TokenAuth.Kernel.Events;

namespace TokenAuth.Kernel.Applications;

/// <summary>An application to register.</summary>
internal sealed record NewApplication(
    string Name, ApplicationKind Kind, string? Callback, string[] Namespaces, string[] Networks,
    (long Calls, TimeSpan Window)? Quota, bool Nonproduction)
{
    /// <summary>What the application may do with OpenID Connect.</summary>
    public OpenIdChange OpenId { get; init; } = new();

    /// <summary>The account that owns it; null if only the operator manages it.</summary>
    public long? Owner { get; init; }

    public string? HomePage { get; init; }

    /// <summary>The quota that the owner asks for, besides the one that it has.</summary>
    public (long Calls, TimeSpan Window)? AskedQuota { get; init; }

    /// <summary>Tells whether an administrator has to approve it before it works.</summary>
    public bool Waits { get; init; }
}

/// <summary>What an application may do with OpenID Connect. A null leaves the value as it is.</summary>
/// <param name="Sector">The sector of its subjects; an empty text removes it.</param>
internal sealed record OpenIdChange(
    string[]? Redirects = null, string[]? SignOutRedirects = null, bool? IsPublic = null, bool? MayExchange = null,
    string[]? Audiences = null, string? Sector = null, string[]? ExchangesFrom = null);

/// <summary>Changes of an application. A null leaves the value as it is.</summary>
/// <param name="Callback">The callback; an empty text removes it.</param>
/// <param name="Quota">The quota; 0 calls remove it.</param>
internal sealed record ApplicationChange(
    string? Name = null, string? Callback = null, string[]? Namespaces = null, string[]? Networks = null,
    (long Calls, TimeSpan Window)? Quota = null, bool? Nonproduction = null)
{
    public OpenIdChange OpenId { get; init; } = new();

    /// <summary>The home page; an empty text removes it.</summary>
    public string? HomePage { get; init; }

    /// <summary>The quota that the owner asks for; 0 calls withdraw it.</summary>
    public (long Calls, TimeSpan Window)? AskedQuota { get; init; }

    /// <summary>The account that owns it from now on; 0 leaves it to the operator.</summary>
    public long? Owner { get; init; }

    /// <summary>Asks an administrator again after a refusal.</summary>
    public bool AsksAgain { get; init; }

    /// <summary>The names of what changes, for the security event log.</summary>
    public string Summary => string.Join(", ", new[]
    {
        Name is null ? null : "name",
        Callback is null ? null : "callback",
        Namespaces is null ? null : "namespaces",
        Networks is null ? null : "networks",
        Quota is null ? null : "quota",
        Nonproduction is null ? null : "nonproduction",
        OpenId.Redirects is null ? null : "redirect",
        OpenId.SignOutRedirects is null ? null : "sign-out-redirect",
        OpenId.IsPublic is null ? null : "public",
        OpenId.MayExchange is null ? null : "exchange",
        OpenId.Audiences is null ? null : "audience",
        OpenId.Sector is null ? null : "sector",
        OpenId.ExchangesFrom is null ? null : "exchange-from",
        HomePage is null ? null : "home page",
        AskedQuota is null ? null : "quota asked for",
        Owner is null ? null : "owner",
    }.OfType<string>());
}

/// <summary>Who changes an application: an operator on the command line unless it says otherwise.</summary>
/// <param name="From">The address; null for the command line.</param>
/// <param name="Owner">The account that changes its own application. If it is another's, nothing changes.</param>
/// <param name="Administrator">The administrator who acts.</param>
internal readonly record struct ChangedBy(IPAddress? From = null, long? Owner = null, long? Administrator = null)
{
    /// <summary>Returns the event of the change. The change of an owner belongs to the owner's account.</summary>
    public SecurityEvent Event(EventKind kind, string? detail = null) =>
        new(kind, Owner, From: From, Detail: detail) { ActorId = Administrator };
}
