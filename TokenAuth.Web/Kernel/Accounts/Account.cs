using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Accounts;

/// <summary>A person who signs in here. <see cref="IdentityUser{TKey}.Id"/> is the uid in every dialect.</summary>
internal sealed class Account : IdentityUser<long>
{
    /// <summary>Letters, digits and <c>_</c>, which all five dialects can write.</summary>
    public const string LoginCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    public const int MaxLoginLength = 25;

    /// <summary>The limit of RFC 5321, section 4.5.3.1.3, without the angle brackets.</summary>
    public const int MaxEmailLength = 254;

    /// <summary>The characters of comments, quotation marks and lists in addresses.</summary>
    private static readonly SearchValues<char> OtherSpellings = SearchValues.Create("()<>[]\",;:\\");

    /// <summary>The displayed name; the login name if the person gave none.</summary>
    public string DisplayName { get; set; } = "";

    public AccountState State { get; set; }

    public bool IsAdmin { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The language of pages and mail, such as <c>fr</c>; null for the browser's.</summary>
    public string? Language { get; set; }

    /// <summary>The name of the person's time zone, such as <c>Europe/Berlin</c>; null if none was chosen.</summary>
    public string? TimeZone { get; set; }

    /// <summary>
    /// The random name under which authenticators keep the account's passkeys; null before the first passkey. It tells
    /// nothing about the account.
    /// </summary>
    public string? PasskeyHandle { get; set; }

    /// <summary>The time at which a closing account is erased; null in every other state.</summary>
    public DateTimeOffset? EraseAt { get; set; }

    /// <summary>The number of numbered sessions ever opened. The next one gets the next number.</summary>
    public long LastSessionNumber { get; set; }

    /// <summary>Identities that are saved with a new account. It is never read.</summary>
    public ICollection<AccountIdentity> Identities { get; } = [];

    /// <summary>The login name, as typed at sign-up.</summary>
    public string Login => UserName ?? "";

    /// <summary>Checks whether a text has the form of a login name.</summary>
    public static bool IsLogin(string? text) =>
        text is { Length: > 0 and <= MaxLoginLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>
    /// Converts a typed login name to the stored form. Dreamwidth displays an underscore as a hyphen, and people type
    /// what they see. Stored names contain no hyphens, so no two names become equal.
    /// </summary>
    public static string LoginOf(string typed) => typed.Replace('-', '_');

    /// <summary>
    /// Checks whether mail can be sent to a text as it stands: an e-mail address without quotation marks, comments and
    /// other forms of RFC 5322 in which one mailbox has many spellings.
    /// </summary>
    public static bool IsMailbox(string? text) =>
        text is not null
        && IsEmail(text)
        && !text.AsSpan().ContainsAny(OtherSpellings)
        && text.Split('@', '.').All(part => part.Length > 0);

    /// <summary>
    /// Checks whether a text has the form of an e-mail address. It does not check that the address exists.
    /// </summary>
    public static bool IsEmail(string? text) =>
        text is { Length: <= MaxEmailLength }
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at == text.LastIndexOf('@')
        && at < text.Length - 1
        && OneLine.Is(text)
        && !text.Any(char.IsWhiteSpace)
        && !text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}

/// <summary>The state of an account. Only an active account can sign in, and only its sessions are valid.</summary>
internal enum AccountState
{
    Active,
    Suspended,
    Deleted,
    Locked,
    Memorial,

    /// <summary>
    /// Its owner has closed it. It is erased at <see cref="Account.EraseAt"/>, unless the owner comes back before.
    /// </summary>
    Closing,
}
