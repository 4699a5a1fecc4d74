using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>The lifetime of a token, and the events that end it.</summary>
public sealed class TokenTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private const string Invalid = "user_token_invalid";

    private PeopleAggregatorClient Client => shared.Client;

    [Fact]
    public async Task A_token_consists_of_the_stored_login_the_expiry_and_lower_case_hexadecimal_digits()
    {
        var answer = await Client.AskAsync("login", ("login", "aLiCe  "), ("password", TestWorld.Password));

        Assert.Matches("^Alice:[0-9]{10}:[0-9a-f]+\\z", answer["authToken"]);
        Assert.Equal("86400", answer["tokenLifetime"]);
        Assert.Equal(
            shared.World.Clock.GetUtcNow().ToUnixTimeSeconds() + 86400,
            long.Parse(answer["authToken"].Split(':')[1], CultureInfo.InvariantCulture));
        Assert.Equal("Alice", (await Client.CheckAsync(answer["authToken"]))["login"]);
    }

    [Fact]
    public async Task A_token_is_valid_up_to_and_including_its_last_second()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        // Within a second, since clocks rarely show a whole one.
        own.World.Clock.Advance(TimeSpan.FromMilliseconds(700));
        var token = await own.Client.TokenAsync("alice");

        await AssertLeftAsync(own, token, "86400");
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        await AssertLeftAsync(own, token, "86399");
        own.World.Clock.Advance(TimeSpan.FromSeconds(86399));
        await AssertLeftAsync(own, token, "0");
        own.World.Clock.Advance(TimeSpan.FromMilliseconds(299));
        await AssertLeftAsync(own, token, "0");
        own.World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var form in Enum.GetValues<Form>())
            Assert.Equal("user_token_expired", (await own.Client.CheckAsync(token, form)).Code);
        Assert.Equal("user_token_expired", (await own.Client.AskAsync("logout", ("authToken", token))).Code);
    }

    [Fact]
    public async Task An_expired_token_is_recognised_after_its_row_is_gone_and_however_long_ago_it_expired()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var token = await own.Client.TokenAsync("alice");
        own.World.Clock.Advance(TimeSpan.FromDays(400));
        await own.World.Server.Services.GetServices<IHostedService>().OfType<ExpirySweep>().Single().SweepAsync(
            default);
        Assert.Equal(0, await CountAsync(own));

        Assert.Equal("user_token_expired", (await own.Client.CheckAsync(token)).Code);
        Assert.Equal(Invalid, (await own.Client.CheckAsync(token[..^1] + (token[^1] == '0' ? '1' : '0'))).Code);
        Assert.Equal(Invalid, (await own.Client.CheckAsync("Bob" + token[5..])).Code);
    }

    [Fact]
    public async Task The_lifetime_of_tokens_can_be_configured()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync(
            "--TokenAuth:PeopleAggregator:TokenLifetime=00:15:00");
        var answer = await own.Client.AskAsync("login", ("login", "alice"), ("password", TestWorld.Password));

        Assert.Equal("900", answer["tokenLifetime"]);
        own.World.Clock.Advance(TimeSpan.FromSeconds(900));
        await AssertLeftAsync(own, answer["authToken"], "0");
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("user_token_expired", (await own.Client.CheckAsync(answer["authToken"])).Code);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("-00:01:00")]
    [InlineData("3651.00:00:00")]
    public async Task An_invalid_lifetime_stops_the_start(string life)
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(
            () => PeopleAggregatorWorld.StartAsync($"--TokenAuth:PeopleAggregator:TokenLifetime={life}"));

        Assert.Contains("TokenLifetime", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_logins_in_one_second_return_two_tokens_and_logging_out_ends_one()
    {
        var (first, second) = (await Client.TokenAsync("alice"), await Client.TokenAsync("alice"));
        Assert.NotEqual(first, second, StringComparer.Ordinal);

        var answer = await Client.AskAsync("logout", ("authToken", first));

        Assert.Single(answer.Members());
        Assert.True(answer.Succeeded);
        Assert.Equal(Invalid, (await Client.CheckAsync(first)).Code);
        Assert.Equal(Invalid, (await Client.AskAsync("logout", ("authToken", first))).Code);
        Assert.True((await Client.CheckAsync(second)).Succeeded);
    }

    [Fact]
    public async Task Revoking_a_key_ends_the_tokens_that_were_issued_for_it_and_no_others()
    {
        var dora = await shared.AddPersonAsync("dora");
        var keys = shared.World.Server.Services.GetRequiredService<AccountKeys>();
        var key = await keys.AddAsync(dora.Id, "script", null, default);
        var (byKey, byPassword) = (await Client.TokenAsync("dora", key), await Client.TokenAsync("dora"));

        Assert.True(
            await keys.RevokeAsync(dora.Id, (await keys.ListAsync(dora.Id, default)).Single().Id, null, default));

        Assert.Equal(Invalid, (await Client.CheckAsync(byKey)).Code);
        Assert.True((await Client.CheckAsync(byPassword)).Succeeded);
    }

    [Fact]
    public async Task Changing_the_password_ends_all_tokens_of_that_person_only()
    {
        var carol = await shared.AddPersonAsync("carol");
        var tokens = new[] { await Client.TokenAsync("carol"), await Client.TokenAsync("carol") };
        var other = await Client.TokenAsync("alice");

        Assert.Null(await shared.AdministerAsync(
            accounts => accounts.ChangePasswordAsync(carol, "another password", thisSession: null, null, default)));

        foreach (var token in tokens)
            Assert.Equal(Invalid, (await Client.CheckAsync(token)).Code);
        Assert.True((await Client.CheckAsync(other)).Succeeded);
        Assert.Equal(
            "user_invalid_password",
            (await Client.AskAsync("login", ("login", "carol"), ("password", TestWorld.Password))).Code);
        Assert.True((await Client.CheckAsync(await Client.TokenAsync("carol", "another password"))).Succeeded);
    }

    [Theory]
    [InlineData("Suspended")]
    [InlineData("Locked")]
    [InlineData("Memorial")]
    [InlineData("Deleted")]
    public async Task A_closed_accounts_tokens_are_invalid_and_its_owner_cannot_log_in(string state)
    {
        var person = await shared.AddPersonAsync("closed_" + state);
        var token = await Client.TokenAsync(person.Login);

        await shared.SetStateAsync(person, Enum.Parse<AccountState>(state));

        Assert.Equal(Invalid, (await Client.CheckAsync(token)).Code);
        Assert.Equal(Invalid, (await Client.AskAsync("logout", ("authToken", token))).Code);
        Assert.Equal(
            "user_not_found",
            (await Client.AskAsync("login", ("login", person.Login), ("password", TestWorld.Password))).Code);
        Assert.Equal("user_not_found", (await Client.AskAsync("getUserProfile", ("login", person.Login))).Code);
    }

    [Fact]
    public async Task A_token_works_on_another_node_and_after_a_restart_and_ends_on_every_node()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var (token, expired) = (await own.Client.TokenAsync("alice"), await own.Client.TokenAsync("alice"));
        await using (var node = await own.World.Server.StartBesideAsync())
        {
            using var client = new PeopleAggregatorClient(node.Http);
            Assert.Equal("Alice", (await client.CheckAsync(token))["login"]);
            Assert.True((await own.Client.CheckAsync(await client.TokenAsync("alice"))).Succeeded);
            Assert.True((await client.AskAsync("logout", ("authToken", token))).Succeeded);
        }

        Assert.Equal(Invalid, (await own.Client.CheckAsync(token)).Code);
        own.World.Clock.Advance(TimeSpan.FromDays(2));
        await using var restarted = await own.World.Server.StartBesideAsync();
        using var late = new PeopleAggregatorClient(restarted.Http);
        Assert.Equal("user_token_expired", (await late.CheckAsync(expired)).Code);
        Assert.Equal(Invalid, (await late.CheckAsync(expired + "0")).Code);
    }

    [Fact]
    public async Task Only_a_hash_of_the_token_is_stored()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var token = await own.Client.TokenAsync("alice");

        Assert.Equal(1, await CountAsync(own));
        Assert.False(await own.World.Server.KeepsAsync(token[^96..]));
        Assert.False(await own.World.Server.KeepsAsync(token[^64..]));
        Assert.True(await own.World.Server.KeepsAsync("peopleaggregator"));
    }

    private static async Task AssertLeftAsync(PeopleAggregatorWorld own, string token, string left) =>
        Assert.Equal(left, (await own.Client.CheckAsync(token))["tokenLifetime"]);

    private static ValueTask<long> CountAsync(PeopleAggregatorWorld own) =>
        own.World.Server.Services.GetRequiredService<Store>().ReadAsync(connection =>
            connection.FirstAsync(
                "SELECT count(*) FROM sessions WHERE dialect = 'peopleaggregator'", row => row.GetInt64(0)));
}
