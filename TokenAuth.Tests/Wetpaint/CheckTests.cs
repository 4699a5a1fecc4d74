using System.Net;
using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>The caller's identity and signature are verified before any value of the call counts.</summary>
public sealed class CheckTests(WetpaintWorld shared) : IClassFixture<WetpaintWorld>
{
    private const string InvalidKey = "INVALID_DEVELOPER_KEY";

    private static readonly string[] RequiredOfLogin =
        ["key", "ns", "output", "cred.ts", "cred.sig", "user.userId", "user.email", "user.emailOptIn"];

    private static readonly Dictionary<string, (string Name, string? Value)[]> Broken = new(StringComparer.Ordinal)
    {
        ["missing"] = [("user.email", null)],
        ["key"] = [("key", "nobodys")],
        ["ns"] = [("ns", "theirs")],
        ["timestamp"] = [("cred.ts", "1208733600")],
        ["signature"] = [("cred.sig", "0000000000000000000000000000000000000000")],
        ["value"] = [("user.emailOptIn", "maybe")],
    };

    private static readonly string[] Causes =
    [
        "VALIDATION email", InvalidKey + " key", "INVALID_NAMESPACE ns", InvalidKey + " cred.ts", InvalidKey + " key",
        "VALIDATION user.emailOptIn",
    ];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var names = Broken.Keys.ToList();
            return [.. from first in names from second in names.Skip(names.IndexOf(first) + 1) select (first, second)];
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_call_that_breaks_two_rules_gets_the_error_of_the_earlier_one(string first, string second)
    {
        var answer = await shared.LoginAsync("order", [.. Broken[second], .. Broken[first]]);

        Assert.Equal(Causes[Broken.Keys.ToList().IndexOf(first)].Split(' ')[0], answer.Cause);
        Assert.Equal(
            (await shared.LoginAsync("order", Broken[first])).Messages, answer.Messages, StringComparer.Ordinal);
        Assert.Null(await shared.StoredAsync("order"));
    }

    [Fact]
    public async Task Every_missing_or_empty_parameter_is_reported_together_and_in_order()
    {
        foreach (var value in new[] { null, "" })
        {
            foreach (var (login, required) in new[]
            {
                (true, RequiredOfLogin), (false, [.. RequiredOfLogin[..6], "user.role"]),
            })
            {
                (string, string?)[] nothing = [.. required.Append("cred.sig").Select(name => (name, value))];
                var answer = await shared.Client.AskAsync(
                    login ? shared.Call("", nothing) : shared.RoleCall("", null, nothing));
                Assert.Equal("VALIDATION", answer.Cause);
                Assert.Equal(required.Select(name => $"{name} is required"), answer.Messages, StringComparer.Ordinal);
            }
        }

        Assert.Equal(
            ["ns is required", "user.email is required"],
            (await shared.LoginAsync("a", ("ns", null), ("user.email", ""))).Messages,
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    [InlineData(86400, false)]
    public async Task A_timestamp_may_be_five_minutes_off(int seconds, bool good) => Assert.Equal(
        good ? null : InvalidKey, (await shared.LoginAsync(
            "clock", ("cred.ts", (shared.World.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString()))).Cause);

    [Theory]
    [InlineData("0{0}")]
    [InlineData("+{0}")]
    [InlineData("-{0}")]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("{0}\n")]
    [InlineData("{0}.0")]
    [InlineData("{0}000")]
    [InlineData("{0}e0")]
    [InlineData("0x{0}")]
    [InlineData("now")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("\u0661\u0667\u0667\u0662\u0663\u0666\u0666\u0664\u0660\u0660")]
    public async Task A_timestamp_that_is_not_plain_digits_is_refused(string form)
    {
        var timestamp = form.Replace(
            "{0}", shared.World.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(), StringComparison.Ordinal);

        var answer = await shared.LoginAsync("digits", ("cred.ts", timestamp));

        Assert.Equal(InvalidKey, answer.Cause);
        Assert.StartsWith("cred.ts must", Assert.Single(answer.Messages), StringComparison.Ordinal);
    }

    /// <summary>
    /// User and timestamp are signed without a separator. A signature for one user must not be valid for another.
    /// </summary>
    [Fact]
    public async Task A_boundary_moved_between_user_and_timestamp_is_refused()
    {
        var call = shared.Call("u1");

        Assert.Equal(
            InvalidKey,
            (await shared.LoginAsync("u", ("cred.ts", "1" + call["cred.ts"]), ("cred.sig", call["cred.sig"]))).Cause);
        Assert.Equal(InvalidKey, (await shared.LoginAsync(
            "u1" + call["cred.ts"][..1], ("cred.ts", call["cred.ts"][1..]), ("cred.sig", call["cred.sig"]))).Cause);
        Assert.Null((await shared.Client.AskAsync(call)).Cause);
    }

    [Fact]
    public async Task A_signature_may_be_in_either_case()
    {
        var call = shared.Call("case");

        Assert.Null((await shared.LoginAsync("case", ("cred.sig", call["cred.sig"].ToUpperInvariant()))).Cause);
        foreach (var wrong in new[]
        {
            call["cred.sig"] + " ", call["cred.sig"][..^1], call["cred.sig"] + "0", "a67987e9875ffb32", "é",
            new string('0', 40),
        })
            Assert.Equal(InvalidKey, (await shared.LoginAsync("case", ("cred.sig", wrong))).Cause);
        Assert.Equal(InvalidKey, (await shared.LoginAsync("other", ("cred.sig", call["cred.sig"]))).Cause);
    }

    /// <summary>The answer does not reveal which keys exist, nor whether a key was disabled.</summary>
    [Fact]
    public async Task An_unknown_key_a_disabled_one_and_a_wrong_signature_get_the_same_answer()
    {
        var bodies = new[]
        {
            await shared.LoginAsync("a", ("key", "nobodys")),
            await shared.LoginAsync("a", ("key", shared.World.Retired.ApiKey)),
            await shared.LoginAsync("a", ("cred.sig", new string('0', 40))),
            await shared.Client.AskAsync(new WetpaintCall(
                shared.Wiki with { Secret = "guess" }, WetpaintWorld.Ns, shared.World.Clock.GetUtcNow(), "a")),
            await shared.Client.AskAsync(new WetpaintCall(
                shared.Wiki with { Secret = shared.Rival.Secret },
                WetpaintWorld.Ns,
                shared.World.Clock.GetUtcNow(),
                "a")),
        };

        Assert.Single(bodies.Select(answer => answer.Body).Distinct(StringComparer.Ordinal));
        Assert.Equal(InvalidKey, bodies[0].Cause);
    }

    [Fact]
    public async Task A_rotated_secrets_predecessor_works_for_a_day()
    {
        await using var own = await WetpaintWorld.StartAsync();
        var rotated = own.Wiki with { Secret = await own.RotateAsync(own.Wiki) };
        async Task<string?> CauseAsync(World.App application) => (await own.Client.AskAsync(
            new WetpaintCall(application, WetpaintWorld.Ns, own.World.Clock.GetUtcNow(), "a"))).Cause;

        Assert.Null(await CauseAsync(own.Wiki));
        Assert.Null(await CauseAsync(rotated));
        own.World.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(InvalidKey, await CauseAsync(own.Wiki));
        Assert.Null(await CauseAsync(rotated));
    }

    [Theory]
    [InlineData("theirs", false)]
    [InlineData("MYWIKI", false)]
    [InlineData("mywiki ", false)]
    [InlineData("mywiki", true)]
    [InlineData("notes", true)]
    public async Task A_namespace_must_be_the_keys_own_and_match_exactly(string ns, bool good) =>
        Assert.Equal(good ? null : "INVALID_NAMESPACE", (await shared.LoginAsync("in " + ns, ("ns", ns))).Cause);

    [Fact]
    public async Task A_key_may_be_restricted_to_networks()
    {
        var (fenced, home) = (
            await shared.RegisterAsync(["x"], networks: ["192.0.2.0/24"]),
            await shared.RegisterAsync(["x"], networks: ["127.0.0.0/8"]));

        Assert.Equal(
            "UNAUTHORIZED",
            (await shared.Client.AskAsync(new WetpaintCall(fenced, "x", shared.World.Clock.GetUtcNow(), "a"))).Cause);
        Assert.Null(
            (await shared.Client.AskAsync(new WetpaintCall(home, "x", shared.World.Clock.GetUtcNow(), "a"))).Cause);
    }

    [Fact]
    public async Task Only_calls_that_the_developer_signed_count_towards_the_quota()
    {
        var frugal = await shared.RegisterAsync(["x"], quota: (3, TimeSpan.FromMinutes(1)));
        Task<WetpaintAnswer> AskAsync(params (string, string?)[] changed) =>
            shared.Client.AskAsync(new WetpaintCall(frugal, "x", shared.World.Clock.GetUtcNow(), "a", changed));
        foreach (var broken in Broken.Where(one => one.Key != "value"))
        {
            for (var call = 0; call < 5; call++)
                Assert.NotEqual("UNAUTHORIZED", (await AskAsync(broken.Value)).Cause, StringComparer.Ordinal);
        }

        foreach (var expected in new[] { null, null, null, "UNAUTHORIZED" })
            Assert.Equal(expected, (await AskAsync()).Cause);
    }

    [Fact]
    public async Task Parameters_may_be_in_body_and_address_and_the_body_takes_precedence()
    {
        var call = shared.Call("place");
        var half = call.Urlencoded.IndexOf("&cred.ts", StringComparison.Ordinal);
        foreach (var (query, body) in new[]
        {
            (call.Urlencoded, ""), (call.Urlencoded[..half], call.Urlencoded[(half + 1)..]),
            ("ns=x&user.userId=y", call.Urlencoded),
        })
            Assert.Null((await shared.Client.AskAsync(shared.Client.Request($"{call.Path}?{query}", new StringContent(
                body, Encoding.UTF8, "application/x-www-form-urlencoded")))).Cause);
        Assert.Null((await shared.Client.AskAsync(
            shared.Client.Request($"{call.Path}?{call.Urlencoded}", content: null))).Cause);
    }

    [Theory]
    [InlineData("/userService/login.do")]
    [InlineData("/USERSERVICE/login.do")]
    [InlineData("/userservice/Login.do")]
    public async Task The_service_may_be_written_in_any_case(string path) =>
        Assert.Null((await shared.Client.AskAsync(shared.Call("path") with { Path = path })).Cause);

    [Theory]
    [InlineData("GET", "login")]
    [InlineData("HEAD", "login")]
    [InlineData("PUT", "login")]
    [InlineData("GET", "changeRole")]
    public async Task A_call_by_another_verb_than_POST_is_not_answered(string verb, string call)
    {
        // The published names. In a build, a path that looks like a file is looked up among the static files.
        await using var own = await WetpaintWorld.StartAsync("--ReloadStaticAssetsAtRuntime=false");
        using var client = Infrastructure.LiveServer.CreateClient();
        using var response = await client.SendAsync(
            own.Client.Request($"/UserService/{call}.do?{own.Call("get").Urlencoded}", content: null, verb));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Null(await own.StoredAsync("get"));
    }
}
