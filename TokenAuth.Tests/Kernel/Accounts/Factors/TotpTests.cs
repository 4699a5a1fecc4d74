using System.Text;
using CsCheck;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Accounts.Factors;

/// <summary>The codes of authenticator apps, and recovery codes as people type them.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Rfc = Encoding.ASCII.GetBytes("12345678901234567890");

    private static readonly Gen<string>[] Joints =
        [Gen.Const(""), Gen.Const(" "), Gen.Const("-"), Gen.Const("\u2013"), Gen.Const("  - ")];

    private static readonly Gen<byte[]> Secrets = Gen.Byte.Array[Totp.SecretBytes];

    private static readonly Gen<long> Seconds = Gen.Long[3 * Totp.StepSeconds, 20_000_000_000];

    /// <summary>The last six digits of RFC 6238, appendix B.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_are_those_of_the_RFC(long second, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(second);

        Assert.Equal(code, Totp.CodeAt(Rfc, Totp.StepAt(now)));
        Assert.Equal(Totp.StepAt(now), Totp.FindStep(Rfc, code, now, lastStep: 0));
    }

    [Fact]
    public void A_code_is_good_one_step_early_or_late_and_no_more() => Gen.Select(Secrets, Seconds).Holds(300, (secret, second) =>
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(second);
        var step = Totp.StepAt(now);
        var near = Enumerable.Range(-1, 3).Select(by => Totp.CodeAt(secret, step + by)).ToHashSet(StringComparer.Ordinal);
        foreach (var by in (int[])[-3, -2, -1, 0, 1, 2, 3])
        {
            var code = Totp.CodeAt(secret, step + by);
            Assert.Equal(near.Contains(code), Totp.FindStep(secret, code, now, lastStep: 0) is not null);
        }
    });

    [Fact]
    public void No_code_of_the_last_step_or_an_earlier_one_is_good() => Gen.Select(Secrets, Seconds).Holds(300, (secret, second) =>
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(second);
        var step = Totp.StepAt(now);
        foreach (var last in (long[])[step - 1, step, step + 1])
        {
            var found = Totp.FindStep(secret, Totp.CodeAt(secret, step), now, last);
            Assert.True(found is null || found > last);
        }

        Assert.Null(Totp.FindStep(secret, Totp.CodeAt(secret, step), now, lastStep: step + 1));
    });

    [Fact]
    public void Anything_may_be_typed() => Gens.AnyText(120).Holds(300, typed =>
        Assert.Null(Totp.FindStep(Rfc, "x" + typed, TestClock.Start, lastStep: 0)));

    [Theory]
    [InlineData("28 70 82")]
    [InlineData(" 287082\t")]
    public void Blanks_do_not_matter(string typed) =>
        Assert.Equal(1, Totp.FindStep(Rfc, typed, DateTimeOffset.FromUnixTimeSeconds(59), lastStep: 0));

    /// <summary>RFC 4648, section 10, without padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_in_Base32(string text, string written) =>
        Assert.Equal(written, Base32.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_recovery_code_is_known_however_it_is_typed() =>
        Gen.Select(Gen.Bool, Gen.OneOf(Joints), Gen.Bool).Holds(300, typing =>
        {
            var (isLower, joint, confused) = typing;
            var code = RecoveryCodes.Make();
            Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$", code);
            var typed = $" {code.Replace("-", joint, StringComparison.Ordinal)} ";
            if (confused)
                typed = typed.Replace('0', 'O').Replace('1', 'l');
            if (isLower)
                typed = typed.ToLowerInvariant();
            Assert.Equal(code.Replace("-", "", StringComparison.Ordinal), RecoveryCodes.Normal(typed));
        });

    [Fact]
    public void Other_texts_are_no_recovery_codes() => Gens.AnyText(120).Holds(300, typed =>
    {
        var normal = RecoveryCodes.Normal(typed);
        Assert.True(normal is null || normal.Length == RecoveryCodes.Length);
    });
}
