using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Limits;

/// <summary>Where a sign-in comes from: what the throttle counts it by, and what the security log says of it.</summary>
/// <param name="Address">The caller's address.</param>
/// <param name="Dialect">Through which dialect, or <c>browser</c>.</param>
/// <param name="Devices">What the browser has shown of earlier sign-ins; programs have none.</param>
internal sealed record SignInCaller(IPAddress Address, string Dialect, params IReadOnlyList<KnownDevice> Devices)
{
    /// <summary>A program that fails all night must not close the page to its owner, nor the other way round.</summary>
    private string Kind => Dialect == DialectNames.Browser ? "page" : "program";

    /// <param name="detail"><c>password</c>, <c>key</c>, or the state of an account that is closed.</param>
    public SecurityEvent Failed(long? accountId, string detail) =>
        new(EventKind.SignInFailed, accountId, Dialect: Dialect, From: Address, Detail: detail);

    /// <summary>
    /// Refusals cost a flood nothing, so those of one site (the /48 around an IPv6 address) are one event a second. One that is refused for its network's sake
    /// concerns no account.
    /// </summary>
    public SecurityEvent Throttled(long? accountId, SignInStanding standing) => new(
        EventKind.SignInThrottled, standing.IsNetworkBlocked ? null : accountId, Dialect: Dialect, From: ClientNetwork.FirstOfSite(Address));

    /// <summary>By what an attempt is counted.</summary>
    /// <param name="stamp">
    /// The account's, which changes with its password: a network or a browser that knows an old password is not trusted with a new one.
    /// </param>
    public SignInSubjects Subjects(string login, long? accountId, string? stamp)
    {
        var name = login.ToUpperInvariant();
        var network = ClientNetwork.Of(Address);
        var device = accountId is null ? null : Devices.FirstOrDefault(
            device => device.AccountId == accountId && (device.StampTag is null || device.StampTag == KnownDevice.TagOf(stamp)));
        return new SignInSubjects(
            Pair: Hash($"pair\n{Kind}\n{name}\n{network}"),
            Network: Hash($"network\n{Kind}\n{network}"),
            Site: ClientNetwork.HasSite(Address) ? Hash($"network\n{Kind}\n{ClientNetwork.SiteOf(Address)}") : null,
            Login: Hash($"login\n{Kind}\n{name}"),
            Known: Hash($"known\n{name}\n{stamp}\n{network}"),
            Device: device is null ? null : Hash($"device\n{device.AccountId}\n{device.Id}"));
    }

    /// <summary>A hash, because what people type in the field for the name may be their password.</summary>
    private static byte[] Hash(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes($"sign-in\n{subject}"));
}

/// <summary>A browser that an account has signed in with before.</summary>
/// <param name="Id">Random; it tells devices of one account apart, and means nothing beside that.</param>
/// <param name="StampTag">Of the account's stamp when it signed in; null: good whatever that was.</param>
internal sealed record KnownDevice(long AccountId, string Id, string? StampTag = null)
{
    /// <summary>Tells stamps apart without holding one.</summary>
    public static string TagOf(string? stamp) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"device\n{stamp}")))[..32];
}

/// <summary>Keys of rows in the table <c>throttles</c>.</summary>
/// <param name="Pair">The login name from this network.</param>
/// <param name="Network">This network, over all names.</param>
/// <param name="Site">The /48 around it; null for IPv4.</param>
/// <param name="Login">The login name from anywhere.</param>
/// <param name="Known">There, and not expired, where the login name has signed in from this network.</param>
/// <param name="Device">Null where the caller has shown none of this account's.</param>
internal sealed record SignInSubjects(byte[] Pair, byte[] Network, byte[]? Site, byte[] Login, byte[] Known, byte[]? Device);
