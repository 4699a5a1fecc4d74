using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The owner, lifetime and permissions of a token.</summary>
public sealed class TokenTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private TestWorld World => shared.World;

    private IpernityClient Client => shared.Client;

    [Fact]
    public async Task A_token_is_bound_to_its_application()
    {
        var token = await Client.TokenAsync(World.Gallery, World.Alice);

        Assert.Equal(107, (await Client.CheckAsync(World.Uploader, token)).Code);
        Assert.Null((await Client.CheckAsync(World.Gallery, token)).Code);
    }

    [Fact]
    public async Task A_frob_is_not_a_token()
    {
        var frob = await Client.ConfirmedFrobAsync(World.Gallery, World.Alice);

        Assert.Equal(107, (await Client.CheckAsync(World.Gallery, frob)).Code);
    }

    /// <summary>Error 105 would make a developer look for a mistake in the signature.</summary>
    [Theory]
    [InlineData("auth.checkToken", "auth_token", 107)]
    [InlineData("user.get", "auth_token", 107)]
    [InlineData("auth.getFrob", "auth_token", 107)]
    [InlineData("auth.getToken", "frob", 2)]
    [InlineData("user.get", "user_id", 1)]
    public async Task A_correctly_signed_token_or_frob_of_the_wrong_length_is_unknown_and_not_badly_signed(
        string method, string name, int code)
    {
        var token = await Client.TokenAsync(World.Gallery, World.Alice);
        var good = name switch
        {
            "auth_token" => token,
            "frob" => await Client.ConfirmedFrobAsync(World.Gallery, World.Alice),
            _ => World.Alice.Id.ToString(),
        };
        string[] others = name == "user_id" ? ["x", " ", "-", "."] : ["0", "f", "g", "Z", "-", "é"];
        foreach (var value in others.Select(other => good + other))
        {
            foreach (var entrance in Enum.GetValues<Entrance>())
                Assert.Equal(code, (await Client.AskAsync(
                    new IpernityCall(World.Gallery, method, (name, value)) { Entrance = entrance })).Code);
        }

        if (name == "frob")
            Assert.Equal(2, (await Client.AskAsync(World.Gallery, method, (name, good[..^1]))).Code);
        Assert.Equal(105, (await Client.AskAsync(
            new IpernityCall(World.Gallery, method, (name, good + "0")) { Signature = new string('0', 32) })).Code);
        Assert.Equal(105, (await Client.AskAsync(World.Gallery, method, (name, good + "extra"))).Code);
        Assert.Equal(105, (await Client.AskAsync(World.Gallery, method, (name, good + "0"), ("note", "extra"))).Code);
        Assert.Null((await Client.AskAsync(World.Gallery, method, (name, good))).Code);
    }

    /// <summary>A script that has read a line and not removed its end sends this.</summary>
    [Theory]
    [InlineData("auth.checkToken", "auth_token", 107)]
    [InlineData("user.get", "auth_token", 107)]
    [InlineData("auth.getToken", "frob", 2)]
    public async Task A_correctly_signed_text_with_a_line_end_is_unknown_and_not_badly_signed(
        string method, string name, int code)
    {
        var good = name == "frob"
            ? await Client.ConfirmedFrobAsync(World.Gallery, World.Alice)
            : await Client.TokenAsync(World.Gallery, World.Alice);
        foreach (var blank in new[] { "\n", "\r\n", "\t" })
        {
            foreach (var value in new[] { good + blank, blank + good })
            {
                var call = new IpernityCall(World.Gallery, method, (name, value));
                Assert.Equal(code, (await Client.AskAsync(call)).Code);
                Assert.Equal(105, (await Client.AskAsync(call with { Signature = new string('0', 32) })).Code);
            }
        }

        Assert.Null((await Client.AskAsync(World.Gallery, method, (name, good))).Code);
    }

    [Fact]
    public async Task A_suspended_persons_token_is_refused_as_such_and_ends_for_good()
    {
        var person = await shared.AddPersonAsync("carol");
        var token = await Client.TokenAsync(World.Gallery, person);

        await shared.SetStateAsync(person, AccountState.Suspended);
        Assert.Equal(108, (await Client.CheckAsync(World.Gallery, token)).Code);
        await shared.SetStateAsync(person, AccountState.Active);
        Assert.Equal(107, (await Client.CheckAsync(World.Gallery, token)).Code);
    }

    [Fact]
    public async Task A_disabled_applications_token_works_again_when_the_application_is_enabled()
    {
        await using var own = await IpernityWorld.StartAsync();
        var token = await own.Client.TokenAsync(own.World.Gallery, own.World.Alice);

        await own.OperateAsync(operate => operate.SetEnabledAsync(own.World.Gallery.ApiKey, enabled: false, default));
        Assert.Equal(101, (await own.Client.CheckAsync(own.World.Gallery, token)).Code);
        await own.OperateAsync(operate => operate.SetEnabledAsync(own.World.Gallery.ApiKey, enabled: true, default));
        Assert.Null((await own.Client.CheckAsync(own.World.Gallery, token)).Code);
    }

    [Fact]
    public async Task Revoking_the_consent_ends_tokens_and_frobs_immediately()
    {
        var person = await shared.AddPersonAsync("dora");
        var tokens = new[]
        {
            await Client.TokenAsync(World.Gallery, person),
            (await shared.OAuth.AccessTokenAsync(World, World.Gallery, person)).Text,
        };
        var frob = await Client.ConfirmedFrobAsync(World.Gallery, person);
        var other = await Client.TokenAsync(World.Uploader, person);
        foreach (var token in tokens)
            Assert.Null((await Client.CheckAsync(World.Gallery, token)).Code);

        await World.Server.Services.GetRequiredService<ConsentStore>().RevokeAsync(
            person.Id, World.Gallery.Id, IPAddress.Loopback, default);

        foreach (var token in tokens)
            Assert.Equal(107, (await Client.CheckAsync(World.Gallery, token)).Code);
        Assert.Equal(2, (await Client.AskAsync(World.Gallery, "auth.getToken", ("frob", frob))).Code);
        Assert.Null((await Client.CheckAsync(World.Uploader, other)).Code);
    }

    [Fact]
    public async Task A_token_has_the_permissions_of_its_own_authorisation()
    {
        var first = await Client.TokenAsync(World.Gallery, World.Bob, "doc=read,blog=delete");
        var second = await Client.TokenAsync(World.Gallery, World.Bob, "network=write,post=read");
        var third = await Client.TokenAsync(World.Gallery, World.Bob);

        Assert.Equal(
            "doc=read,blog=delete,network=none,profile=none,post=none",
            (await Client.CheckAsync(World.Gallery, first)).Permissions());
        Assert.Equal(
            "doc=none,blog=none,network=write,profile=none,post=read",
            (await Client.CheckAsync(World.Gallery, second)).Permissions());
        Assert.Equal(
            "doc=none,blog=none,network=none,profile=none,post=none",
            (await Client.CheckAsync(World.Gallery, third)).Permissions());
    }

    [Theory]
    [InlineData("", 110)]
    [InlineData("doc=read,blog=delete,network=delete,post=delete,profile=write", 110)]
    [InlineData("doc=write", null)]
    [InlineData("doc=delete", null)]
    public async Task The_quota_is_shown_only_to_tokens_that_may_upload(string permissions, int? code)
    {
        var token = await Client.TokenAsync(World.Uploader, World.Alice, permissions);

        Assert.Equal(code, (await Client.AskAsync(World.Uploader, "account.getQuota", ("auth_token", token))).Code);
    }

    [Fact]
    public async Task A_person_is_shown_to_applications_that_the_person_has_allowed()
    {
        foreach (var (user, code) in new[]
        {
            (World.Alice.Id.ToString(), 1), ("", 1), ("x", 1), ("-1", 1), ("99999999999999999999", 1),
        })
            Assert.Equal(code, (await Client.AskAsync(World.Draft, "user.get", ("user_id", user))).Code);

        await Client.TokenAsync(World.Draft, World.Alice);

        var answer = await Client.AskAsync(World.Draft, "user.get", ("user_id", World.Alice.Id.ToString()));
        Assert.Equal(
            (World.Alice.Id.ToString(), "Alice", World.Alice.DisplayName),
            (answer.Text("user", "user_id"), answer.Text("user", "username"), answer.Text("user", "realname")));
        Assert.Equal(107, (await Client.AskAsync(
            World.Draft,
            "user.get",
            ("user_id", World.Alice.Id.ToString()),
            ("auth_token", "1-00000000000000000000000000000000"))).Code);
    }

    [Fact]
    public async Task A_person_is_shown_to_no_other_application()
    {
        var stranger = await shared.AddPersonAsync("stranger");
        var token = await Client.TokenAsync(World.Gallery, World.Alice);

        var answer = await Client.AskAsync(
            World.Gallery, "user.get", ("auth_token", token), ("user_id", stranger.Id.ToString()));

        Assert.Equal(1, answer.Code);
        Assert.DoesNotContain(stranger.Login, answer.Body, StringComparison.Ordinal);
        Assert.Null((await Client.AskAsync(
            World.Gallery, "user.get", ("auth_token", token), ("user_id", World.Alice.Id.ToString()))).Code);
    }

    [Fact]
    public async Task A_rotated_secrets_predecessor_works_for_a_day()
    {
        await using var own = await IpernityWorld.StartAsync();
        var token = await own.Client.TokenAsync(own.World.Gallery, own.World.Alice);
        var (secret, _) =
            (await own.OperateAsync(operate => operate.RotateAsync(own.World.Gallery.ApiKey, default)))!.Value;

        Assert.Null((await own.Client.CheckAsync(own.World.Gallery, token)).Code);
        Assert.Null((await own.Client.CheckAsync(own.World.Gallery with { Secret = secret }, token)).Code);
        own.World.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(105, (await own.Client.CheckAsync(own.World.Gallery, token)).Code);
        Assert.Null((await own.Client.CheckAsync(own.World.Gallery with { Secret = secret }, token)).Code);
    }

    /// <summary>
    /// API keys are public: a caller who knows one must not be able to exhaust the application's quota.
    /// </summary>
    [Fact]
    public async Task A_call_that_the_application_did_not_sign_uses_no_quota()
    {
        await using var own = await IpernityWorld.StartAsync();
        var frugal = own.World.Frugal;
        foreach (var stranger in new IpernityCall[]
        {
            new(frugal, "auth.getFrob") { Unsigned = true },
            new(frugal, "auth.getFrob") { Signature = frugal.ApiKey },
            new(null, "auth.getFrob", ("oauth_consumer_key", frugal.ApiKey)) { Unsigned = true },
        })
        {
            for (var call = 0; call < 5; call++)
                Assert.Contains((await own.Client.AskAsync(stranger)).Code, new int?[] { 104, 105, 131 });
        }

        foreach (var changed in new (string, string?)[]
        {
            ("oauth_version", "2.0"), ("oauth_timestamp", "1"), ("oauth_timestamp", "x"), ("oauth_token", "1-0"),
            ("oauth_nonce", null),
        })
        {
            foreach (var endpoint in new[] { "/apps/oauth/request", "/apps/oauth/access" })
                Assert.DoesNotContain(
                    "112",
                    (await own.OAuth.AskAsync(
                        new OAuthCall(frugal, null, endpoint, changed) { Secret = "guess" })).Body,
                    StringComparison.Ordinal);
        }

        foreach (var expected in new int?[] { null, null, null, 112 })
            Assert.Equal(expected, (await own.Client.AskAsync(frugal, "auth.getFrob")).Code);
    }
}
