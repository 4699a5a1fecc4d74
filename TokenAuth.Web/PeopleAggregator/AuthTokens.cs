using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// Tokens of the form <c>login:expiry:hex</c>. The hexadecimal part is 128 random bits, then an HMAC of all that stands before it: the
/// store says whether a token is good, so that one can be ended, and the HMAC tells an expired one of ours from a forgery.
/// </summary>
internal sealed partial class AuthTokens(Sessions sessions, WrappingKey key, PeopleAggregatorOptions options, TimeProvider clock)
{
    private const int RandomDigits = 32;

    /// <summary>The token and its life in seconds, once it is durable.</summary>
    public async Task<(string Text, long Lifetime)> IssueAsync(
        FoundAccount account, ProgramProof proof, IPAddress caller, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var lifetime = (long)options.TokenLifetime.TotalSeconds;
        var expiry = now.ToUnixTimeSeconds() + lifetime;
        var signed = $"{account.Login}:{expiry}:{TokenText.Hex(RandomDigits)}";
        var text = signed + Mac(signed);
        // A token is good in the second in which it expires, too.
        var life = DateTimeOffset.FromUnixTimeSeconds(expiry + 1) - now;
        await sessions.IssueAsync(
            new NewSession(
                PeopleAggregatorFeature.Dialect, text, Secret: null, ApplicationId: null, account.Id, Permissions: "", life, Slides: false, caller,
                AccountKeyId: proof.KeyId),
            cancellation);
        return (text, lifetime);
    }

    /// <summary>The session and the seconds that it has left, or <see cref="FaultKind.SessionExpired"/>, or <see cref="FaultKind.SessionUnusable"/>.</summary>
    public async Task<Outcome<(LiveSession Session, long Left)>> CheckAsync(string text, CancellationToken cancellation)
    {
        if (text.Length > 300 || Form().Match(text) is not { Success: true } form || !long.TryParse(form.Groups["expiry"].Value, NumberStyles.None, null, out var expiry))
            return FaultKind.SessionUnusable;
        var check = await sessions.CheckAsync(PeopleAggregatorFeature.Dialect, applicationId: null, text, cancellation);
        if (check.Succeeded(out var session, out _))
            return (session, expiry - clock.GetUtcNow().ToUnixTimeSeconds());
        return expiry < clock.GetUtcNow().ToUnixTimeSeconds() && IsOurs(text, form.Groups["hex"]) ? FaultKind.SessionExpired : FaultKind.SessionUnusable;
    }

    private bool IsOurs(string text, Group hex) => hex.Length > RandomDigits && CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(Mac(text[..(hex.Index + RandomDigits)])), Encoding.UTF8.GetBytes(text[(hex.Index + RandomDigits)..]));

    private string Mac(string signed) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Derive("peopleaggregator tokens")), Encoding.UTF8.GetBytes(signed)));

    [GeneratedRegex("^(?<login>.*?):(?<expiry>[0-9]{1,18}):(?<hex>[0-9a-f]+)\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
