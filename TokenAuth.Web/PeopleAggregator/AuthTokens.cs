using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// Issues and checks tokens of the form <c>login:expiry:hex</c>. The hexadecimal part is 128 random bits, then an HMAC
/// of the text before it. The store decides whether a token is valid, so that it can be ended; the HMAC tells an
/// expired token of this server from a forgery. Source: docs/dialects/peopleaggregator.md, "What differs from the
/// original, and why".
/// </summary>
internal sealed class AuthTokens(
    SessionStore sessions, WrappingKey key, PeopleAggregatorOptions options, TimeProvider clock)
{
    private const int RandomDigits = 32;

    private const int MaxLength = 300;

    private static readonly ValueGrammar Digits = ValueGrammars.Run("0123456789abcdef", MaxLength);

    /// <summary>
    /// Issues a token durably. Returns it with its lifetime in seconds, or <see cref="FaultKind.CredentialsWrong"/> if
    /// the password or key has just become invalid.
    /// </summary>
    public async Task<Outcome<(string Text, long Lifetime)>> IssueAsync(
        FoundAccount account, ProgramProof proof, IPAddress caller, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var lifetime = (long)options.TokenLifetime.TotalSeconds;
        var expiry = now.ToUnixTimeSeconds() + lifetime;
        var signed = $"{account.Login}:{expiry}:{RandomToken.Hex(RandomDigits)}";
        var text = signed + Mac(signed);
        // A token is still valid in the second in which it expires.
        var life = DateTimeOffset.FromUnixTimeSeconds(expiry + 1) - now;
        var isIssued = await sessions.IssueAsync(
            new NewSession(
                PeopleAggregatorFeature.Dialect,
                text,
                Secret: null,
                ApplicationId: null,
                account.Id,
                Permissions: "",
                life,
                Slides: false,
                caller,
                AccountKeyId: proof.KeyId,
                Stamp: account.Stamp),
            cancellation);
        return isIssued ? (text, lifetime) : FaultKind.CredentialsWrong;
    }

    // docs/dialects/peopleaggregator.md, "Errors".
    /// <summary>
    /// Checks a token. Returns its session and the remaining seconds, or <see cref="FaultKind.SessionExpired"/> or
    /// <see cref="FaultKind.SessionUnusable"/>.
    /// </summary>
    public async Task<Outcome<(ActiveSession Session, long Left)>> CheckAsync(
        string text, CancellationToken cancellation)
    {
        if (text.Length > MaxLength || Read(text) is not var (expiry, hex))
            return FaultKind.SessionUnusable;
        var check = await sessions.CheckAsync(PeopleAggregatorFeature.Dialect, applicationId: null, text, cancellation);
        if (check.Succeeded(out var session, out _))
            return (session, expiry - clock.GetUtcNow().ToUnixTimeSeconds());
        return expiry < clock.GetUtcNow().ToUnixTimeSeconds() && IsOurs(text, hex)
            ? FaultKind.SessionExpired
            : FaultKind.SessionUnusable;
    }

    /// <summary>
    /// Reads when a token expires, in Unix seconds, and where its hexadecimal part begins. Returns null for a text of
    /// another form.
    /// </summary>
    private static (long Expiry, int Hex)? Read(string text)
    {
        var hex = text.LastIndexOf(':') + 1;
        var number = hex < 2 ? 0 : text.LastIndexOf(':', hex - 2) + 1;
        if (number == 0 || !Digits.Matches(text.AsSpan(hex)))
            return null;
        var digits = text.AsSpan(number, hex - 1 - number);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)
            ? (expiry, hex)
            : null;
    }

    /// <summary>Checks whether this server issued a token.</summary>
    /// <param name="hex">The index of the hexadecimal part.</param>
    private bool IsOurs(string text, int hex)
    {
        var mac = hex + RandomDigits;
        return text.Length > mac && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Mac(text[..mac])), Encoding.UTF8.GetBytes(text[mac..]));
    }

    private string Mac(string signed) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(key.Derive("peopleaggregator tokens")), Encoding.UTF8.GetBytes(signed)));
}
