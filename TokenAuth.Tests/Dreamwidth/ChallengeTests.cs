using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Signing;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;
using Kernels = TokenAuth.Kernel.Signing.Signature;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>Signing in by answering a challenge with an API key.</summary>
public sealed class ChallengeTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    public static TheoryData<string, string, string> Vectors =>
    [
        .. JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Dreamwidth", "Data", "vectors.json"))).RootElement
            .GetProperty("dreamwidth_challenge").EnumerateArray()
            .Select(vector => (Text(vector, "challenge"), Text(vector, "secret"), Text(vector, "auth_response"))),
    ];

    /// <summary>Verifies both computations, the tests' own and the server's.</summary>
    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_response_matches_the_vector(string challenge, string secret, string response)
    {
        Assert.Equal(response, DreamwidthWorld.Response(challenge, secret));
        Assert.Equal(response, Kernels.Md5Hex(challenge + Kernels.Md5Hex(secret)));
    }

    [Fact]
    public void All_vectors_are_loaded() => Assert.Equal(2, Vectors.Count);

    [Fact]
    public async Task A_challenge_states_its_hour_its_age_and_its_lifetime()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        own.World.Clock.Advance(TimeSpan.FromSeconds(754));
        var now = own.World.Clock.GetUtcNow().ToUnixTimeSeconds();

        var answer = await own.Client.AskAsync("getchallenge");

        Assert.Matches($"^c0:{now - 754}:754:60:[a-zA-Z0-9]{{20}}:[0-9a-f]{{32}}$", answer["challenge"]!);
        Assert.Equal(
            ("c0", now.ToString(CultureInfo.InvariantCulture), (now + 60).ToString(CultureInfo.InvariantCulture)),
            (answer["auth_scheme"], answer["server_time"], answer["expire_time"]));
        Assert.NotEqual(answer["challenge"], await own.ChallengeAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_right_response_opens_a_session_once()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var members = await own.AnsweredAsync("alice", own.Key);

        Assert.StartsWith(
            "ws:alice:1:",
            (await own.Client.AskAsync("sessiongenerate", members))["ljsession"],
            StringComparison.Ordinal);
        Assert.Equal("101", (await own.Client.AskAsync("sessiongenerate", members)).Code);
        var again = await own.Client.AskFlatAsync("login", GoldenAnswerTests.FlatNames(members));
        Assert.StartsWith("Invalid password", again.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_response_uses_up_the_challenge()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var challenge = await own.ChallengeAsync();

        Assert.Equal("101", (await own.Client.AskAsync(
            "login", DreamwidthWorld.Answered("alice", challenge, DreamwidthWorld.Response(challenge, "guess")))).Code);
        Assert.Equal("101", (await own.Client.AskAsync(
            "login", DreamwidthWorld.Answered("alice", challenge, DreamwidthWorld.Response(challenge, own.Key)))).Code);
    }

    [Fact]
    public async Task A_response_may_have_digits_of_either_case_but_must_be_the_keys()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddKeyAsync(own.World.Bob);
        async Task<string?> CodeAsync(string login, Func<string, string> respond)
        {
            var challenge = await own.ChallengeAsync();
            return (await own.Client.AskAsync(
                "login", DreamwidthWorld.Answered(login, challenge, respond(challenge)))).Code;
        }

        Assert.Null(await CodeAsync("alice", challenge => DreamwidthWorld.Response(challenge, own.Key)));
        Assert.Null(
            await CodeAsync("alice", challenge => DreamwidthWorld.Response(challenge, own.Key).ToUpperInvariant()));
        Assert.Equal(
            "101", await CodeAsync("alice", challenge => DreamwidthWorld.Response(challenge, TestWorld.Password)));
        Assert.Equal("101", await CodeAsync("alice", _ => ""));
        Assert.Equal("101", await CodeAsync("bob_2", challenge => DreamwidthWorld.Response(challenge, own.Key)));
    }

    [Theory]
    [InlineData(59, null)]
    [InlineData(60, "105")]
    [InlineData(3600, "105")]
    [InlineData(86400, "105")]
    public async Task A_challenge_lives_for_a_minute(int seconds, string? code)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        // The hour that the challenge's key belongs to ends in between.
        own.World.Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(30));
        var members = await own.AnsweredAsync("alice", own.Key);
        own.World.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(code, (await own.Client.AskAsync("login", members)).Code);
    }

    [Fact]
    public async Task A_used_challenge_is_reported_as_expired_after_its_lifetime()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var members = await own.AnsweredAsync("alice", own.Key);
        Assert.Null((await own.Client.AskAsync("login", members)).Code);
        own.World.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("105", (await own.Client.AskAsync("login", members)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("c0:::::")]
    [InlineData("c0:1772366400:0:60:abcdefghijKLMNOPQRST:00112233445566778899aabbccddeeff")]
    [InlineData("c0:99999999999999999999:0:60:a:b")]
    [InlineData("c0:9223372036854775807:9223372036854775807:60:a:b")]
    [InlineData("c0:-1:0:60:a:b")]
    public async Task A_challenge_that_was_never_issued_is_refused(string challenge) => Assert.Equal(
        "101", (await shared.Client.AskAsync("login", DreamwidthWorld.Answered(
            "alice", challenge, DreamwidthWorld.Response(challenge, shared.Key)))).Code);

    [Fact]
    public async Task A_challenge_with_any_character_changed_is_refused()
    {
        var good = await shared.ChallengeAsync();
        for (var i = 0; i < good.Length; i++)
        {
            var forged = good[..i] + (good[i] == '1' ? '2' : '1') + good[(i + 1)..];
            Assert.Equal("101", (await shared.Client.AskAsync("login", DreamwidthWorld.Answered(
                "alice", forged, DreamwidthWorld.Response(forged, shared.Key)))).Code);
        }

        foreach (var forged in new[]
        {
            good + " ", " " + good, good.ToUpperInvariant(), good + ":",
            good.Replace(":60:", ":060:", StringComparison.Ordinal),
            good.Replace(":60:", ":6000:", StringComparison.Ordinal),
        })
            Assert.Equal("101", (await shared.Client.AskAsync("login", DreamwidthWorld.Answered(
                "alice", forged, DreamwidthWorld.Response(forged, shared.Key)))).Code);

        // No changed challenge counts as a failure or uses up the valid one.
        Assert.Null((await shared.Client.AskAsync(
            "login", DreamwidthWorld.Answered("alice", good, DreamwidthWorld.Response(good, shared.Key)))).Code);
    }

    [Fact]
    public async Task Another_node_accepts_the_challenge_and_a_restart_does_not_make_it_usable_again()
    {
        await using var store = await SharedStore.StartAsync();
        var own = store.World;
        var (first, second) = (await own.AnsweredAsync("alice", own.Key), await own.AnsweredAsync("alice", own.Key));
        await using (var node = await store.NodeAsync())
        {
            using var client = new DreamwidthClient(node);
            Assert.Null((await client.AskAsync("login", first)).Code);
            Assert.Equal("101", (await own.Client.AskAsync("login", first)).Code);
            Assert.Null((await own.Client.AskAsync("login", second)).Code);
        }

        await using var restarted = await store.NodeAsync();
        using var again = new DreamwidthClient(restarted);
        Assert.Equal("101", (await again.AskAsync("login", first)).Code);
        Assert.Equal("101", (await again.AskAsync("login", second)).Code);
        Assert.Null((await again.AskAsync("login", await own.AnsweredAsync("alice", own.Key))).Code);
    }

    /// <summary>A node's clock may be behind that of the node that issued the challenge.</summary>
    [Fact]
    public async Task A_challenge_from_the_future_works_once()
    {
        await using var store = await SharedStore.StartAsync();
        var own = store.World;
        await using var behind = await store.NodeAsync();
        using var client = new DreamwidthClient(behind);
        own.World.Clock.Advance(TimeSpan.FromSeconds(30));
        var members = await own.AnsweredAsync("alice", own.Key);

        Assert.Null((await client.AskAsync("login", members)).Code);
        behind.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal("101", (await client.AskAsync("login", members)).Code);
        behind.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("105", (await client.AskAsync("login", members)).Code);
    }

    [Fact]
    public async Task One_of_ten_simultaneous_answers_to_one_challenge_succeeds()
    {
        var members = await shared.AnsweredAsync("alice", shared.Key);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => shared.Client.AskAsync("sessiongenerate", members)));

        Assert.Single(answers, answer => answer.Code is null);
        Assert.Equal(9, answers.Count(answer => answer.Code == "101"));
    }

    [Fact]
    public async Task A_wrong_response_gets_the_hint_about_keys_whether_or_not_the_account_has_one()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var used = await own.AnsweredAsync("alice", own.Key);
        Assert.Null((await own.Client.AskAsync("login", used)).Code);

        foreach (var members in new[]
        {
            used,
            await own.AnsweredAsync("alice", TestWorld.Password), await own.AnsweredAsync("bob_2", TestWorld.Password),
            DreamwidthWorld.Answered("alice", "c0:", "x"), DreamwidthWorld.Answered("bob_2", "c0:", "x"),
        })
        {
            Assert.Equal(own.Hint, (await own.Client.AskAsync("login", members)).Message);
        }
    }

    /// <summary>Without a key the server can compute nothing, so the challenge is not used up.</summary>
    [Fact]
    public async Task A_person_without_a_key_is_told_where_to_make_one()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var members = await own.AnsweredAsync("bob_2", TestWorld.Password);

        Assert.EndsWith(
            "/account/keys", (await own.Client.AskAsync("sessiongenerate", members)).Message, StringComparison.Ordinal);

        var key = await own.World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            own.World.Bob.Id, "new", null, default);
        var challenge = members[2].Item2;
        Assert.Null((await own.Client.AskAsync("sessiongenerate", DreamwidthWorld.Answered(
            "bob_2", challenge, DreamwidthWorld.Response(challenge, key)))).Code);
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;
}
