using System.Security.Cryptography;
using System.Text;
using CsCheck;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>A text that is not a token of this server is answered only with that error.</summary>
public sealed class ForgedTokenTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private PeopleAggregatorClient Client => shared.Client;

    [Theory]
    [InlineData(GoldenErrorTests.SampleToken)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("::")]
    [InlineData(":1:a")]
    [InlineData("Alice:1:a")]
    [InlineData("Alice:1772366400:0123456789abcdef0123456789abcdef01234567")]
    [InlineData("Alice:9999999999:0123456789abcdef0123456789abcdef01234567")]
    [InlineData("nobody:9999999999:0123456789abcdef0123456789abcdef01234567")]
    [InlineData("nobody:1:0123456789abcdef0123456789abcdef01234567")]
    [InlineData("Alice:999999999999999999:0")]
    [InlineData("Alice:9223372036854775807:0")]
    [InlineData("Alice:9223372036854775808:0")]
    [InlineData("Alice:999999999999999999999999999999:0")]
    [InlineData("Alice:-1:0")]
    [InlineData("Alice:+1:0")]
    [InlineData("Alice: 1:0")]
    [InlineData("Alice:\u0661:0")]
    [InlineData("Alice:1:")]
    [InlineData("Alice:1:xyz")]
    [InlineData("a\nb:1:a")]
    [InlineData("0")]
    [InlineData("null")]
    public async Task A_text_that_is_not_a_token_is_invalid_in_every_form(string text)
    {
        foreach (var form in Enum.GetValues<Form>())
            Assert.Equal("user_token_invalid", (await Client.CheckAsync(text, form)).Code);
        Assert.Equal("user_token_invalid", (await Client.AskAsync("logout", ("authToken", text))).Code);
    }

    /// <summary>In the original, a caller who knew the password, or only its stored hash, could mint tokens.</summary>
    [Fact]
    public async Task A_token_of_the_original_is_a_forgery()
    {
        var expiry = shared.World.Clock.GetUtcNow().ToUnixTimeSeconds() + 900;
        var md5 = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(TestWorld.Password)));
        var signature = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"Alice:{expiry}:{md5}")));

        Assert.Equal("user_token_invalid", (await Client.CheckAsync($"Alice:{expiry}:{signature}")).Code);
        Assert.Equal(
            "user_invalid_password", (await Client.AskAsync("login", ("login", "bob_2"), ("password", md5))).Code);
    }

    [Fact]
    public async Task A_token_with_any_character_changed_is_invalid_even_after_its_expiry()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var token = await own.Client.TokenAsync("alice");
        foreach (var over in new[] { false, true })
        {
            if (over)
                own.World.Clock.Advance(TimeSpan.FromDays(2));
            for (var at = 0; at < token.Length; at++)
                await AssertInvalidAsync(own, token[..at] + (token[at] == '1' ? '2' : '1') + token[(at + 1)..]);
            foreach (var forged in new[]
            {
                token + "\n", token + "0", token[..^1], token.ToUpperInvariant(), token.ToLowerInvariant(), " " + token,
                token + " ", "Alice:" + token,
                token.Replace(":", ":0", StringComparison.Ordinal), token.Replace(":", "::", StringComparison.Ordinal),
                token[..^64], token[..^96] + token[^64..],
            })
            {
                await AssertInvalidAsync(own, forged);
            }

            Assert.Equal(over ? "user_token_expired" : null, (await own.Client.CheckAsync(token)).Code);
        }
    }

    /// <summary>Two valid tokens, taken apart and recombined.</summary>
    [Fact]
    public async Task Parts_of_two_tokens_make_no_third()
    {
        var (alice, bob) =
            ((await Client.TokenAsync("alice")).Split(':'), (await Client.TokenAsync("bob_2")).Split(':'));

        Assert.Equal("user_token_invalid", (await Client.CheckAsync($"{alice[0]}:{alice[1]}:{bob[2]}")).Code);
        Assert.Equal(
            "user_token_invalid",
            (await Client.CheckAsync($"{alice[0]}:{alice[1]}:{alice[2][..32]}{bob[2][32..]}")).Code);
        Assert.Equal(
            "user_token_invalid", (await Client.CheckAsync($"{alice[0]}:{long.Parse(alice[1]) + 1}:{alice[2]}")).Code);
    }

    /// <summary>
    /// Uses tokens whose rows are gone, so that only their signature can be verified, and texts close to valid tokens.
    /// </summary>
    [Fact]
    public async Task No_hostile_text_is_accepted_or_causes_a_failure()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var over = await own.Client.TokenAsync("alice");
        own.World.Clock.Advance(TimeSpan.FromDays(2));
        var good = await own.Client.TokenAsync("alice");
        var texts = Gen.OneOf<string>(
            Gens.WellFormedText(60),
            Gen.Select(Gens.WellFormedText(8), Gens.Number, Gen.Byte.Array[0, 59]).Select(
                (name, number, bytes) => $"{name}:{number}:{Convert.ToHexStringLower(bytes)}"),
            Gen.OneOf(over, good).SelectMany(Mutated),
            Gens.Joined(
                6,
                [
                    .. over.Split(':'), .. good.Split(':'), ":", ":", "bob_2", "1", "0", "00", "9999999999",
                    "9223372036854775807", "-", "\n", "\0", "%", "é", "😀", "a", "F", over, good,
                    GoldenErrorTests.SampleToken,
                ]));
        await Gen.Select(texts, Gen.OneOf(Form.Json, Form.Xml)).HoldsAsync(3000, async sent =>
        {
            var (text, form) = sent;
            if (text == over || text == good)
                return;
            var call = new PeopleAggregatorCall("checkToken", ("authToken", text)) { Form = form };
            Assert.Equal("user_token_invalid", (await own.Client.AskAsync(call)).Code);
        });

        Assert.Empty(own.World.Server.Log.Errors);
        Assert.True((await own.Client.CheckAsync(good)).Succeeded);
    }

    private static Gen<string> Mutated(string token) => Gen.Int[0, token.Length - 1].SelectMany(at => Gen.OneOf<string>(
        Gen.Int[1, 5].Select(length => token.Remove(at, Math.Min(token.Length - at, length))),
        Gen.OneOf("0", ":", "a", "A", "\n", " ", "1:").Select(piece => token.Insert(at, piece)),
        Gen.Int[0, 6].Select(bit => token[..at] + (char)(token[at] ^ (1 << bit)) + token[(at + 1)..]),
        Gen.Int[0, token.Length - 1].Select(from => token[..at] + token[from..])));

    private static async Task AssertInvalidAsync(PeopleAggregatorWorld own, string token) =>
        Assert.Equal("user_token_invalid", (await own.Client.CheckAsync(token)).Code);
}
