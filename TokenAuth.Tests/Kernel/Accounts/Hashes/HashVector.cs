using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Hashes;

namespace TokenAuth.Tests.Kernel.Accounts.Hashes;

/// <summary>
/// A hash that other software made. The scripts in <c>Data</c> made <c>hashes.jsonl</c>; <c>published.jsonl</c> comes
/// from the pages that it names.
/// </summary>
internal sealed record HashVector(string By, string Password, string Scheme, string Hash, string Salt, bool Weak)
{
    public static IReadOnlyList<HashVector> All { get; } =
    [
        .. new[] { "hashes.jsonl", "published.jsonl" }
            .SelectMany(file => File.ReadLines(
                Path.Combine(AppContext.BaseDirectory, "Kernel", "Accounts", "Hashes", "Data", file)))
            .Select(line => JsonSerializer.Deserialize<HashVector>(line, JsonSerializerOptions.Web)!),
    ];

    /// <summary>A hasher that is fast enough for tests.</summary>
    public static ComposingPasswordHasher Hasher { get; } =
        new(Options.Create(new PasswordHasherOptions { IterationCount = 10 }));

    public HashReading Read() => HashFormats.Read(Scheme, Hash, Salt);

    /// <summary>The text that an import stores.</summary>
    public string Stored()
    {
        var (hash, refusal) = Read();
        Assert.True(hash is not null, $"{this}: {refusal}");
        return ImportedHash.Store(hash, Scheme, Hash, Salt, text => Hasher.HashPassword(new Account(), text));
    }

    public static PasswordVerificationResult Check(string stored, string password) =>
        Hasher.VerifyHashedPassword(new Account(), stored, password);
}
