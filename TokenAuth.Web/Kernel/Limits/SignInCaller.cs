using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Limits;

/// <summary>The kinds of callers whose failures are counted apart.</summary>
internal enum SignInKind
{
    /// <summary>A person who types the password on a page.</summary>
    Page,

    /// <summary>A program, in any dialect.</summary>
    Program,

    /// <summary>A person who has typed the password and now types the code of the second factor.</summary>
    Code,
}

/// <summary>
/// The origin of a sign-in: the subjects that the throttle counts, and the entries of the security log.
/// </summary>
/// <param name="Address">The caller's address.</param>
/// <param name="Dialect">The dialect, or <c>browser</c>.</param>
/// <param name="Devices">The device cookies that the browser sent; empty for programs.</param>
internal sealed record SignInCaller(IPAddress Address, string Dialect, params IReadOnlyList<KnownDevice> Devices)
{
    /// <summary>
    /// Separates pages and programs. A program that fails all night must not block the page for the account's owner,
    /// nor the other way round.
    /// </summary>
    public SignInKind Kind { get; init; } = Dialect == DialectNames.Browser ? SignInKind.Page : SignInKind.Program;

    /// <summary>
    /// The detail of a failed sign-in of a program that sent the correct password of an account with a second factor.
    /// </summary>
    public const string NeedsKey = "second factor";

    /// <summary>The detail of a failed sign-in through the upstream provider.</summary>
    public const string Upstream = "upstream";

    /// <param name="detail">
    /// What was wrong: <c>password</c>, <c>key</c>, <c>code</c>, <c>recovery code</c>, <c>passkey</c> or
    /// <c>upstream</c>; <c>second factor</c> if a program sent the correct password of an account that has one; or the
    /// state of an account that is closed.
    /// </param>
    /// <summary>Creates the event of a failed sign-in.</summary>
    public SecurityEvent Failed(long? accountId, string detail) =>
        new(EventKind.SignInFailed, accountId, Dialect: Dialect, From: Address, Detail: detail);

    /// <summary>
    /// Creates the event of a throttled sign-in. A flood of refusals costs the attacker nothing, so the refusals of one
    /// site are one event a second. If the network is blocked, the event names no account.
    /// </summary>
    public SecurityEvent Throttled(long? accountId, SignInStanding standing) => new(
        EventKind.SignInThrottled,
        standing.IsNetworkBlocked ? null : accountId,
        Dialect: Dialect,
        From: ClientNetwork.FirstOfSite(Address));

    /// <summary>Returns the subjects that an attempt counts for.</summary>
    /// <param name="stamp">
    /// The account's security stamp, which changes with its password: a network or browser that is trusted with an old
    /// password is not trusted with a new one.
    /// </param>
    public SignInSubjects Subjects(string login, long? accountId, string? stamp)
    {
        var (name, kind) = (login.ToUpperInvariant(), Kind.ToString().ToLowerInvariant());
        var network = ClientNetwork.Of(Address);
        var device = Devices.FirstOrDefault(
            device => device.AccountId == accountId
                && (device.StampTag is null || device.StampTag == KnownDevice.TagOf(stamp)));
        return new SignInSubjects(
            Pair: Hash($"pair\n{kind}\n{name}\n{network}"),
            Network: Hash($"network\n{kind}\n{network}"),
            Site: ClientNetwork.HasSite(Address) ? Hash($"network\n{kind}\n{ClientNetwork.SiteOf(Address)}") : null,
            Login: Hash($"login\n{kind}\n{name}"),
            Known: Hash($"known\n{name}\n{stamp}\n{network}"),
            Device: device is null ? null : Hash($"device\n{device.AccountId}\n{device.Id}"))
        {
            IsCode = Kind == SignInKind.Code,
        };
    }

    /// <summary>Hashes a subject, because people may type their password into the field for the name.</summary>
    private static byte[] Hash(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes($"sign-in\n{subject}"));
}

/// <summary>A browser in which an account has signed in before.</summary>
/// <param name="Id">A random number that distinguishes the devices of one account.</param>
/// <param name="StampTag">The tag of the account's security stamp at that sign-in; null accepts any stamp.</param>
internal sealed record KnownDevice(long AccountId, string Id, string? StampTag = null)
{
    /// <summary>Returns a tag that distinguishes security stamps without revealing them.</summary>
    public static string TagOf(string? stamp) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"device\n{stamp}")))[..32];
}

/// <summary>Keys of rows in the table <c>throttles</c>.</summary>
/// <param name="Pair">The login name and this network.</param>
/// <param name="Network">This network, for all login names.</param>
/// <param name="Site">The /48 around the network; null for IPv4.</param>
/// <param name="Login">The login name, from anywhere.</param>
/// <param name="Known">Has an unexpired row if the login name has signed in from this network.</param>
/// <param name="Device">The known browser; null if the caller showed no device cookie of this account.</param>
internal sealed record SignInSubjects(
    byte[] Pair, byte[] Network, byte[]? Site, byte[] Login, byte[] Known, byte[]? Device)
{
    /// <summary>Tells whether the attempts are codes, which are short and get fewer guesses.</summary>
    public bool IsCode { get; init; }
}
