using System.Security.Cryptography;
using TokenAuth.Kernel.Accounts.Factors;

namespace TokenAuth.MyAccount.Security;

/// <summary>The secret of an authenticator app, as the person's phone gets it.</summary>
internal sealed record AuthenticatorSecret(byte[] Bytes)
{
    private const int GroupLength = 4;

    /// <summary>
    /// The secret in groups, for people who type it. Blanks between them would be copied, and some apps read a blank as
    /// an A (findings/speakeasy-reads-blanks-as-zeros.sh), so the page only shows a distance.
    /// </summary>
    public IEnumerable<string> Groups => Base32.Of(Bytes).Chunk(GroupLength).Select(group => new string(group));

    public static AuthenticatorSecret Make() => new(RandomNumberGenerator.GetBytes(Totp.SecretBytes));

    /// <summary>Returns the address that authenticator apps read from a QR code.</summary>
    /// <param name="site">The name of the service. The app shows it with the login name.</param>
    public string Link(string site, string login)
    {
        // The colon separates the name from the login name, and some apps split at an escaped one as well.
        var issuer = Uri.EscapeDataString(site.Replace(":", "", StringComparison.Ordinal));
        return $"otpauth://totp/{issuer}:{Uri.EscapeDataString(login)}?secret={Base32.Of(Bytes)}&issuer={issuer}"
            + $"&algorithm=SHA1&digits={Totp.Digits}&period={Totp.StepSeconds}";
    }
}
