using System.Diagnostics;
using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Hashes;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Accounts.Hashes;

public sealed class HashFormatTests
{
    [Fact]
    public void The_right_password_is_accepted_and_its_hash_is_to_be_replaced()
    {
        Assert.True(HashVector.All.Count > 100);
        Assert.All(HashVector.All, vector => Assert.Equal(
            PasswordVerificationResult.SuccessRehashNeeded, HashVector.Check(vector.Stored(), vector.Password)));
    }

    [Fact]
    public void A_wrong_password_is_refused()
    {
        Assert.All(HashVector.All, vector =>
        {
            var (stored, right) = (vector.Stored(), vector.Password);
            foreach (var wrong in new[] { $"x{right}", right[1..], "", "\0", $"{right}\0" })
                Assert.Equal(PasswordVerificationResult.Failed, HashVector.Check(stored, wrong));
        });
    }

    [Fact]
    public void A_weak_hash_is_not_stored_itself()
    {
        Assert.All(HashVector.All, vector =>
        {
            var (hash, stored) = (vector.Read().Hash!, vector.Stored());
            Assert.Equal(vector.Weak, hash.IsWeak);
            string[] forms =
            [
                Convert.ToHexString(hash.Digest), Convert.ToBase64String(hash.Digest).TrimEnd('='),
                Encoding.Latin1.GetString(hash.Digest), vector.Hash,
            ];
            if (vector.Weak)
            {
                Assert.All(forms, form => Assert.DoesNotContain(form, stored, StringComparison.OrdinalIgnoreCase));
                Assert.NotEqual(PasswordVerificationResult.Failed, HashVector.Hasher.VerifyHashedPassword(
                    new Account(), ImportedHash.Read(stored)!.Wrapped!, ImportedHash.PasswordOf(hash.Digest)));
            }
        });
    }

    [Theory]
    [InlineData("52c69e3a57331081823331c4e69d3f2e", "md5")]
    [InlineData("52C69E3A57331081823331C4E69D3F2E", "md5")]
    public void Nobody_signs_in_with_the_weak_hash_instead_of_the_password(string hash, string scheme)
    {
        var vector = new HashVector("", "999999", scheme, hash, "", Weak: true);

        foreach (var text in new[] { hash, hash.ToUpperInvariant(), hash.ToLowerInvariant(), vector.Stored() })
            Assert.Equal(PasswordVerificationResult.Failed, HashVector.Check(vector.Stored(), text));
        Assert.NotEqual(PasswordVerificationResult.Failed, HashVector.Check(vector.Stored(), "999999"));
    }

    [Theory]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV2, true)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV3, false)]
    public void Hashes_of_both_versions_of_AspNet_Identity_are_accepted(
        PasswordHasherCompatibilityMode mode, bool weak)
    {
        var old = new PasswordHasher<Account>(Options.Create(
            new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = 1000 }));
        var vector = new HashVector("", "pässwörd", "", old.HashPassword(new Account(), "pässwörd"), "", weak);

        Assert.Equal(weak, vector.Read().Hash!.IsWeak);
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, HashVector.Check(vector.Stored(), "pässwörd"));
        Assert.Equal(PasswordVerificationResult.Failed, HashVector.Check(vector.Stored(), "passwörd"));
    }

    /// <summary>
    /// The time of an answer does not tell that an account has a fast hash of other software. The factor of two allows
    /// for a machine that is busy at the wrong moment.
    /// </summary>
    [Fact]
    public void A_wrong_password_costs_at_least_what_an_unknown_name_costs()
    {
        var hasher = new ComposingPasswordHasher(
            Options.Create(new PasswordHasherOptions { IterationCount = 100_000 }));
        var usual = hasher.HashPassword(new Account(), "correct horse");
        TimeSpan CostOf(string stored, string password) => Enumerable.Range(0, 3).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(
                PasswordVerificationResult.Failed, hasher.VerifyHashedPassword(new Account(), stored, password));
            return Stopwatch.GetElapsedTime(started);
        });
        var atLeast = CostOf(usual, "wrong") / 4; // a fast check would be a thousand times faster

        foreach (var hash in new[] { "$6$rounds=1000$abc$" + new string('.', 86), "{SSHA}" + new string('A', 32) })
        {
            var stored = ImportedHash.Store(
                HashFormats.Read("", hash, "").Hash!, "", hash, "", text => hasher.HashPassword(new Account(), text));
            foreach (var wrong in new[] { "wrong", "", new string('x', 600) })
                Assert.InRange(CostOf(stored, wrong), atLeast, TimeSpan.MaxValue);
        }

        Assert.InRange(CostOf("import:damaged", "wrong"), atLeast, TimeSpan.MaxValue);
    }

    [Fact]
    public void A_password_over_the_limit_is_refused_without_being_hashed()
    {
        var hash = HashFormats.Read("", "$6$rounds=1000$abc$" + new string('.', 86), "").Hash!;

        Assert.Single(PasswordSpellings.Of(new string('x', 512), hash));
        Assert.Empty(PasswordSpellings.Of(new string('x', 513), hash));
        Assert.Empty(PasswordSpellings.Of(new string('ä', 257), hash));
    }

    [Fact]
    public void A_password_has_at_most_four_spellings()
    {
        Gens.AnyText(40).Holds(500, text => Assert.All(
            HashVector.All.Take(60),
            vector => Assert.InRange(PasswordSpellings.Of(text, vector.Read().Hash!).Count(), 0, 4)));
    }

    [Theory]
    [InlineData("$2y$15$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC", "cost")]
    [InlineData("$2y$03$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC", "cost")]
    [InlineData("$2y$10$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVo", "cut off")]
    [InlineData("$2$10$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC", "bcrypt")]
    [InlineData("$P$J12345678iEwNOgGugqO9.bIz5sk8k/", "rounds")]
    [InlineData("$P$912345678iEwNOgGugqO9.bIz5sk8k", "cut off")]
    [InlineData("$S$I33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf", "rounds")]
    [InlineData("$1$28772684$iEwNOgGugqO9.bIz5sk8k", "cut off")]
    [InlineData("$5$rounds=999$salt$fDdn8ed2S4s.4f101kngd1hJ0Qtm.jJioG52iJCshz.", "rounds")]
    [InlineData("$5$rounds=1000001$salt$fDdn8ed2S4s.4f101kngd1hJ0Qtm.jJioG52iJCshz.", "rounds")]
    [InlineData("$5$rounds=9999999999$salt$fDdn8ed2S4s.4f101kngd1hJ0Qtm.jJioG52iJCshz.", "malformed")]
    [InlineData("$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$1Zs82SlF83DiJXk5vF6j2aQz8euDkGqV", "limit")]
    [InlineData("$argon2id$v=19$m=65536,t=17,p=1$c29tZXNhbHQ$1Zs82SlF83DiJXk5vF6j2aQz8euDkGqV", "limit")]
    [InlineData("$argon2id$v=19$m=999999999,t=999999999,p=1$c29tZXNhbHQ$1Zs82SlF83DiJXk5vF6j2aQz8euDkGqV", "limit")]
    [InlineData("$argon2d$v=19$m=64,t=3,p=2$c29tZXNhbHQ$1Zs82SlF83DiJXk5vF6j2aQz8euDkGqV", "argon2id")]
    [InlineData("$argon2id", "malformed")]
    [InlineData("pbkdf2_sha256$2000001$salt$pOLu4GTnhaoZhQnzA4xBE0frrlSsbGk3NEy+Wx9p/oQ=", "rounds")]
    [InlineData("pbkdf2_sha256$1000$salt$pOLu4GTnhaoZhQnzA4xBE0frrlSsbGk3NEy+Wx9p/o==", "malformed")]
    [InlineData("argon2$", "malformed")]
    [InlineData("{SSHA}9Rfd8dMqES/xrVXGbRsSyzjn6Pc=", "malformed")]
    [InlineData("{GOST}9Rfd8dMqES/xrVXGbRsSyzjn6Pc=", "scheme")]
    [InlineData("{CRYPT}!", "known format")]
    [InlineData("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", "known format")]
    [InlineData("AQAAAAEAACcQ", "malformed")]
    [InlineData("b403d3537db4a5a051fb11edda3e33dc", "needs a scheme")]
    [InlineData("correct horse", "known format")]
    [InlineData("hällo", "ASCII")]
    [InlineData("!", "known format")]
    public void A_hash_that_cannot_be_checked_is_refused_with_the_reason(string hash, string saying)
    {
        var (read, refusal) = HashFormats.Read("", hash, "");

        Assert.Null(read);
        Assert.Contains(saying, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("md4", "b403d3537db4a5a051fb11edda3e33dc", "", "scheme")]
    [InlineData("md5", "b403d3537db4a5a051fb11edda3e33d", "", "32")]
    [InlineData("sha1", "b403d3537db4a5a051fb11edda3e33dc", "", "40")]
    [InlineData("ipb", "b403d3537db4a5a051fb11edda3e33dc", "", "salt")]
    [InlineData("vbulletin", "b403d3537db4a5a051fb11edda3e33dc", "", "salt")]
    [InlineData("phpbb", "b403d3537db4a5a051fb11edda3e33dc", "abc", "salt")]
    [InlineData("", "$1$28772684$iEwNOgGugqO9.bIz5sk8k/", "abc", "scheme")]
    public void A_hash_that_does_not_fit_its_scheme_is_refused(
        string scheme, string hash, string salt, string saying) =>
        Assert.Contains(saying, HashFormats.Read(scheme, hash, salt).Refusal, StringComparison.Ordinal);

    /// <summary>
    /// Whatever becomes of a hash on its way, reading it either refuses it or it can be computed. Hashes whose damage
    /// may have raised their cost are only read.
    /// </summary>
    [Fact]
    public void A_damaged_hash_never_raises()
    {
        var cheap = HashVector.All.Where(vector => !vector.Hash.Contains("$12$", StringComparison.Ordinal)).ToArray();
        Gen.Select(Gen.Int[0, cheap.Length - 1], Gen.Int[0, 200], Gen.Int[0, 3], Gens.AnyText(3)).Holds(4000, damaged =>
        {
            var (index, at, length, text) = damaged;
            var vector = cheap[index];
            at %= vector.Hash.Length;
            var hash = vector.Hash[..at] + text + vector.Hash[Math.Min(at + length, vector.Hash.Length)..];

            var (read, refusal) = HashFormats.Read(vector.Scheme, hash, vector.Salt);

            Assert.True(read is null != refusal is null);
            var sameCost = hash.StartsWith(vector.Hash[..Math.Min(34, vector.Hash.Length)], StringComparison.Ordinal);
            if (read is not null && sameCost)
                Assert.Equal(read.Digest.Length, read.Compute([1, 2, 255]).Length);
        });
    }

    /// <summary>Damage to a row of the store fails the sign-in and nothing else.</summary>
    [Fact]
    public void A_damaged_row_is_a_wrong_password()
    {
        var stored = HashVector.All[0].Stored();

        for (var length = "import:".Length; length < stored.Length; length++)
            Assert.Equal(PasswordVerificationResult.Failed, HashVector.Check(stored[..length], "correct horse"));
        Assert.Equal(
            PasswordVerificationResult.Failed,
            HashVector.Check(stored.Replace("import::", "import:md5:", StringComparison.Ordinal), "correct horse"));
    }
}
