using System.Text;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Accounts;

/// <summary>A person who signs in here; <see cref="IdentityUser{TKey}.Id"/> is the uid of every dialect.</summary>
internal sealed class Account : IdentityUser<long>
{
    /// <summary>Letters, digits and <c>_</c>: what all five dialects can spell.</summary>
    public const string LoginCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    public const int MaxLoginLength = 25;

    /// <summary>RFC 5321, section 4.5.3.1.3, without the brackets.</summary>
    public const int MaxEmailLength = 254;

    /// <summary>The person's name as shown; the login name where none was given.</summary>
    public string DisplayName { get; set; } = "";

    public AccountState State { get; set; }

    public bool IsAdmin { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>How many numbered sessions were ever opened; the next one gets the next number.</summary>
    public long LastSessionNumber { get; set; }

    /// <summary>The login name as it was typed.</summary>
    public string Login => UserName ?? "";

    public static bool IsLogin(string? text) =>
        text is { Length: > 0 and <= MaxLoginLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>
    /// A login name as it is looked for: Dreamwidth shows an underscore as a hyphen, and people type what they see.
    /// Names are made with underscores only, so no two of them are confused.
    /// </summary>
    public static string LoginOf(string typed) => typed.Replace('-', '_');

    /// <summary>Whether a text has the shape of an e-mail address; whether anybody reads there only a mail can tell.</summary>
    public static bool IsEmail(string? text) =>
        text is { Length: <= MaxEmailLength } && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && OneLine.Is(text) && !text.Any(char.IsWhiteSpace) && !text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}

/// <summary>Only an active account can sign in, and only its sessions are good.</summary>
internal enum AccountState
{
    Active,
    Suspended,
    Deleted,
    Locked,
    Memorial,
}
