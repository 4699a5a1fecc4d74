using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>
/// Computes and checks the codes of authenticator apps (RFC 6238): six digits, a new code every 30 seconds, HMAC-SHA-1.
/// Apps support nothing else reliably.
/// </summary>
internal static class Totp
{
    /// <summary>The length of a secret: 160 bits, as RFC 4226 advises.</summary>
    public const int SecretBytes = 20;

    public const int Digits = 6;

    public const int StepSeconds = 30;

    /// <summary>The number of steps that a phone's clock may be early or late.</summary>
    private const int Drift = 1;

    /// <summary>Returns the number of the time step at an instant.</summary>
    public static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>Returns the code of a time step.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6238.")]
    public static string CodeAt(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & 0x7FFFFFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Returns the time step of a typed code: the present one, or one next to it. Returns null if the code is wrong, or
    /// if no step after the last used one has it.
    /// </summary>
    /// <param name="typed">The code. Blanks are ignored, because apps show it in groups.</param>
    /// <param name="lastStep">The last step whose code was used.</param>
    public static long? FindStep(ReadOnlySpan<byte> secret, string typed, DateTimeOffset now, long lastStep)
    {
        var code = Encoding.UTF8.GetBytes(string.Concat(typed.Where(c => !char.IsWhiteSpace(c))));
        long? found = null;
        for (var step = StepAt(now) + Drift; step >= StepAt(now) - Drift; step--)
        {
            if (CryptographicOperations.FixedTimeEquals(code, Encoding.UTF8.GetBytes(CodeAt(secret, step)))
                && step > lastStep)
                found = step;
        }

        return found;
    }
}
