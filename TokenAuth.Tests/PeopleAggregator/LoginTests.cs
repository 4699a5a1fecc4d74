using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>The accounts and credentials that may log in, and how many guesses are allowed.</summary>
public sealed class LoginTests(PeopleAggregatorWorld shared) : IClassFixture<PeopleAggregatorWorld>
{
    private const string Wrong = "user_invalid_password";
    private const string Blocked = "operation_not_permitted";

    [Theory]
    [InlineData("Alice", null)]
    [InlineData("alice", null)]
    [InlineData("ALICE ", null)]
    [InlineData(" alice", "user_not_found")]
    [InlineData("alice@example.test", "user_not_found")]
    [InlineData("al:ice", "user_not_found")]
    [InlineData("", "user_invalid_login_name")]
    [InlineData("0", "user_not_found")]
    [InlineData("alice\n", null)]
    [InlineData("ali\nce", "user_not_found")]
    [InlineData("alıce", "user_not_found")]
    [InlineData("bob-2", null)]
    [InlineData("BOB-2 ", null)]
    [InlineData("-alice", "user_not_found")]
    public async Task A_login_name_is_looked_up_in_any_case(string login, string? code)
    {
        foreach (var form in new[] { Form.Json, Form.Xml, Form.XmlRpcForm })
            Assert.Equal(code, (await shared.Client.AskAsync(new PeopleAggregatorCall(
                "login", ("login", login), ("password", TestWorld.Password))
            { Form = form })).Code);
    }

    [Fact]
    public async Task A_name_is_returned_as_it_was_created_however_it_was_typed()
    {
        Assert.StartsWith("bob_2:", await shared.Client.TokenAsync("Bob-2"), StringComparison.Ordinal);
        Assert.Equal("bob_2", (await shared.Client.AskAsync("getUserProfile", ("login", "bob-2")))["login"]);
    }

    [Fact]
    public async Task A_password_may_contain_any_text()
    {
        const string Password = "pä ß+&=%/\\\"<>☃😀 ";
        await shared.AddPersonAsync("dora", Password);

        foreach (var form in Enum.GetValues<Form>())
            Assert.Null((await shared.Client.AskAsync(
                new PeopleAggregatorCall("login", ("login", "dora"), ("password", Password)) { Form = form })).Code);
        Assert.Equal(
            Wrong, (await shared.Client.AskAsync("login", ("login", "dora"), ("password", Password.TrimEnd()))).Code);
        Assert.Equal(Wrong, (await shared.Client.AskAsync("login", ("login", "dora"), ("password", ""))).Code);
    }

    [Fact]
    public async Task An_API_key_works_as_a_password_until_it_is_revoked()
    {
        var person = await shared.AddPersonAsync("erin");
        var keys = shared.World.Server.Services.GetRequiredService<AccountKeys>();
        var key = await keys.AddAsync(person.Id, "old client", null, default);
        var others = await keys.AddAsync(shared.World.Bob.Id, "old client", null, default);

        Assert.True((await shared.Client.CheckAsync(await shared.Client.TokenAsync("erin", key))).Succeeded);
        Assert.Equal(Wrong, (await shared.Client.AskAsync("login", ("login", "erin"), ("password", others))).Code);
        Assert.True(await keys.RevokeAsync(person.Id, (await keys.ListAsync(person.Id, default))[0].Id, null, default));
        Assert.Equal(Wrong, (await shared.Client.AskAsync("login", ("login", "erin"), ("password", key))).Code);
    }

    [Fact]
    public async Task A_cached_key_that_another_node_has_just_revoked_gives_no_token()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var key = await own.World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            own.World.Alice.Id, "old client", null, default);
        await own.World.DeleteKeysElsewhereAsync(() => own.Client.TokenAsync("alice", key));

        Assert.Equal(Wrong, await LoginAsync(own, "alice", key, Form.Json));
    }

    [Fact]
    public async Task Four_failures_block_the_account_for_five_minutes_except_for_a_right_key()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        var key = await own.World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            own.World.Alice.Id, "old client", null, default);
        var token = await own.Client.TokenAsync("alice");

        foreach (var form in Enum.GetValues<Form>())
            Assert.Equal(Wrong, await LoginAsync(own, "alice", "guess", form));

        Assert.Equal(Blocked, await LoginAsync(own, "ALICE", TestWorld.Password));
        Assert.Equal(Blocked, await LoginAsync(own, "alice", key[..^1] + (key[^1] == 'x' ? "y" : "x")));
        Assert.Null(await LoginAsync(own, "alice", key));
        Assert.Equal(Blocked, await LoginAsync(own, "alice", "guess"));
        Assert.Null(await LoginAsync(own, "bob_2", TestWorld.Password));
        Assert.True((await own.Client.CheckAsync(token)).Succeeded);
        own.World.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(Blocked, await LoginAsync(own, "alice", TestWorld.Password));
        own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await LoginAsync(own, "alice", TestWorld.Password));
    }

    [Fact]
    public async Task A_right_password_resets_three_failures()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var guess = 0; guess < 3; guess++)
                Assert.Equal(Wrong, await LoginAsync(own, "alice", "guess"));
            Assert.Null(await LoginAsync(own, "alice", TestWorld.Password));
        }
    }

    /// <summary>The throttle must not reveal whether another caller guesses at a name.</summary>
    [Fact]
    public async Task An_unknown_or_suspended_name_never_appears_to_be_throttled()
    {
        await using var own = await PeopleAggregatorWorld.StartAsync();
        for (var guess = 0; guess < 8; guess++)
        {
            Assert.Equal("user_not_found", await LoginAsync(own, "nobody", "guess"));
            Assert.Equal("user_not_found", await LoginAsync(own, "sybil", TestWorld.Password));
        }
    }

    private static async Task<string?> LoginAsync(
        PeopleAggregatorWorld own, string login, string password, Form form = Form.Json) =>
        (await own.Client.AskAsync(
            new PeopleAggregatorCall("login", ("login", login), ("password", password)) { Form = form })).Code;
}
