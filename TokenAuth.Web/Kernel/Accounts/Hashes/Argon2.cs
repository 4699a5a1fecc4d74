using System.Globalization;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// Argon2 as PHP, Django and libsodium write it: <c>$argon2id$v=19$m=65536,t=4,p=1$salt$digest</c>. Without a version
/// it is 1.0.
/// </summary>
internal static class Argon2
{
    private const int MaxMemory = 64 * 1024;

    /// <summary>Passes over the memory: as much work as 16 passes over 64 MiB, about a second.</summary>
    private const long MaxWork = 16L * MaxMemory;

    private const int MaxLanes = 16;

    public static bool Claims(string text) => text.StartsWith("$argon2", StringComparison.Ordinal);

    public static HashReading Read(string text)
    {
        var parts = text.Split('$');
        var type = parts[1] switch
        {
            "argon2i" => Argon2Parameters.Argon2i,
            "argon2id" => Argon2Parameters.Argon2id,
            _ => -1,
        };
        if (type < 0)
            return "of the Argon2 hashes, argon2i and argon2id are known";
        var version = parts is [_, _, "v=19", _, _, _] ? Argon2Parameters.Version13
            : parts is [_, _, "v=16", _, _, _] or [_, _, _, _, _] ? Argon2Parameters.Version10
            : 0;
        if (version == 0
            || parts[^3].Split(',') is not [['m', '=', .. var m], ['t', '=', .. var t], ['p', '=', .. var p]]
            || Number(m) is not { } memory || Number(t) is not { } passes || Number(p) is not { } lanes
            || Base64Text.Decode(parts[^2]) is not { Length: >= 8 and <= 64 } salt
            || Base64Text.Decode(parts[^1]) is not { Length: >= 16 and <= 64 } digest
            || passes < 1 || lanes < 1 || memory < 8 * lanes)
            return "the Argon2 hash is malformed or cut off";
        if (memory > MaxMemory || memory * (long)passes > MaxWork || lanes > MaxLanes)
        {
            return $"the Argon2 hash takes {memory} KiB, {passes} passes and {lanes} lanes; the limit is {MaxMemory} "
                + $"KiB with 16 passes, and {MaxLanes} lanes";
        }

        return new ForeignHash(
            digest,
            password =>
            {
                var generator = new Argon2BytesGenerator();
                generator.Init(new Argon2Parameters.Builder(type)
                    .WithVersion(version)
                    .WithSalt(salt)
                    .WithMemoryAsKB(memory)
                    .WithIterations(passes)
                    .WithParallelism(lanes)
                    .Build());
                var computed = new byte[digest.Length];
                generator.GenerateBytes(password, computed);
                return computed;
            });
    }

    private static int? Number(string text) =>
        text.Length <= 9 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
