using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Issues and checks challenges of the form <c>c0:hour:age:life:random:signature</c>. Every node can compute the
/// hour's signing secret, and the replay guard lets each challenge be used once across all nodes and restarts.
/// </summary>
internal sealed class Challenges(WrappingKey key, ReplayGuard replays, TimeProvider clock)
{
    public const string Scheme = "c0";

    // docs/dialects/dreamwidth.md, "Errors": 105 for a challenge older than 60 seconds.
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private const long Hour = 3600;

    public (string Text, DateTimeOffset IssuedAt) Issue()
    {
        var now = clock.GetUtcNow();
        var seconds = now.ToUnixTimeSeconds();
        var hour = seconds - (seconds % Hour);
        var random = RandomToken.Alphanumeric(20);
        var signed = string.Create(
            CultureInfo.InvariantCulture,
            $"{Scheme}:{hour}:{seconds - hour}:{(int)Life.TotalSeconds}:{random}");
        return ($"{signed}:{Signature(signed, hour)}", now);
    }

    /// <summary>
    /// Uses up a challenge, whatever the response to it. Returns null if the challenge is valid,
    /// <see cref="FaultKind.ChallengeExpired"/> if this server issued it but it is too old, and
    /// <see cref="FaultKind.CredentialsWrong"/> otherwise.
    /// </summary>
    public async ValueTask<FaultKind?> UseAsync(string text, CancellationToken cancellation)
    {
        if (Read(text) is not var (hour, expires, signature)
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Signature(text[..text.LastIndexOf(':')], hour)),
                Encoding.UTF8.GetBytes(signature)))
        {
            return FaultKind.CredentialsWrong;
        }

        if (clock.GetUtcNow() >= expires)
            return FaultKind.ChallengeExpired;
        return await replays.TryUseAsync("dreamwidth.challenge", text, expires, cancellation)
            ? null
            : FaultKind.CredentialsWrong;
    }

    /// <summary>Returns the time at which a challenge expires; null if the text does not have its form.</summary>
    public static DateTimeOffset? ExpiryOf(string text) => Read(text)?.Expires;

    private static (long Hour, DateTimeOffset Expires, string Signature)? Read(string text) =>
        text.Length <= 100
        && text.Split(':') is [Scheme, var hour, var age, var life, _, var signature]
        && long.TryParse(hour, NumberStyles.None, null, out var from)
        && long.TryParse(age, NumberStyles.None, null, out var after)
        && long.TryParse(life, NumberStyles.None, null, out var lasts)
            ? (from, DateTimeOffset.FromUnixTimeSeconds(from + after + lasts), signature)
            : null;

    private string Signature(string signed, long hour) =>
        Kernel.Signing.Signature.Md5Hex(signed + key.Derive($"dreamwidth challenges of {hour}"));
}
