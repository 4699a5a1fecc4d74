using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Which applications may call: keys, disabled applications, networks, quotas and rotated secrets.</summary>
public sealed class CallerTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_disabled_application_is_unknown_and_its_sessions_work_again_when_it_is_enabled()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        await shared.OperateAsync(operate => operate.SetEnabledAsync(World.Gallery.ApiKey, enabled: false, default));
        Assert.Equal(101, await CreateAsync(World.Gallery));
        Assert.Equal(101, await CheckAsync(session));
        Assert.Equal(100, (await shared.Client.AskAsync(
            new MediaPostCall(World.Gallery, "auth.createToken") { Style = Style.Native })).Code);

        await shared.OperateAsync(operate => operate.SetEnabledAsync(World.Gallery.ApiKey, enabled: true, default));
        Assert.Null(await CreateAsync(World.Gallery));
        Assert.Null(await CheckAsync(session));
    }

    [Fact]
    public async Task A_key_in_upper_case_is_unknown() =>
        Assert.Equal(101, await CreateAsync(World.Gallery with { ApiKey = World.Gallery.ApiKey.ToUpperInvariant() }));

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_24_hours_and_then_only_the_new_one()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web);
        var session = await shared.Client.GrantAsync(application, World.Alice, ("expires", "0"));
        var (secret, _) =
            (await shared.OperateAsync(operate => operate.RotateAsync(application.ApiKey, default)))!.Value;
        var rotated = application with { Secret = secret };

        Assert.Null(await CreateAsync(application));
        Assert.Null(await CreateAsync(rotated));
        World.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Null(await CreateAsync(application));
        World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(104, await CreateAsync(application));
        Assert.Equal(104, await CheckAsync(session));
        Assert.Null(await CreateAsync(rotated));
        Assert.Null(await CheckAsync(session with { Application = rotated }));
    }

    [Fact]
    public async Task A_second_rotation_invalidates_the_first_secret_immediately()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web);
        await shared.OperateAsync(operate => operate.RotateAsync(application.ApiKey, default));
        await shared.OperateAsync(operate => operate.RotateAsync(application.ApiKey, default));

        Assert.Equal(104, await CreateAsync(application));
    }

    [Fact]
    public async Task Only_web_applications_are_restricted_to_their_networks()
    {
        var desktop = await shared.RegisterAsync(ApplicationKind.Desktop, networks: ["192.0.2.0/24"]);
        var within = await shared.RegisterAsync(ApplicationKind.Web, networks: ["192.0.2.0/24", "127.0.0.0/8"]);

        Assert.Equal(5, await CreateAsync(World.Fenced));
        Assert.Null(await CreateAsync(desktop));
        Assert.Null(await CreateAsync(within));
    }

    [Fact]
    public async Task A_forwarding_header_from_an_untrusted_address_is_ignored()
    {
        var call = new MediaPostCall(World.Fenced, "auth.createToken");
        using var request = new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(call))
        {
            Content = new FormUrlEncodedContent(call.Pairs),
        };
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");

        Assert.Equal(5, (await shared.Client.AskAsync(request)).Code);
    }

    [Fact]
    public async Task The_fourth_call_of_three_in_a_minute_is_refused_and_a_new_minute_allows_again()
    {
        var frugal = await FrugalAsync();
        await UseUpAsync(frugal);
        World.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, await CreateAsync(frugal));

        World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await UseUpAsync(frugal);
        Assert.Null(await CreateAsync(World.Gallery));
    }

    [Fact]
    public async Task Calls_of_refused_methods_count_towards_the_quota()
    {
        var frugal = await FrugalAsync();
        for (var call = 0; call < 3; call++)
            Assert.Equal(100, (await shared.Client.AskAsync(frugal, "auth.getSession")).Code);

        Assert.Equal(4, await CreateAsync(frugal));
    }

    /// <summary>
    /// API keys are public: a caller who knows one must not be able to exhaust the application's quota.
    /// </summary>
    [Fact]
    public async Task A_call_that_the_application_did_not_sign_uses_no_quota()
    {
        var frugal = await FrugalAsync();
        for (var call = 0; call < 5; call++)
        {
            Assert.Equal(104, (await shared.Client.AskAsync(
                new MediaPostCall(frugal, "auth.createToken") { Secret = "guess" })).Code);
            Assert.Equal(
                104,
                (await shared.Client.AskAsync(new MediaPostCall(frugal, "auth.createToken") { Unsigned = true })).Code);
            Assert.Equal(
                3, (await shared.Client.AskAsync(new MediaPostCall(frugal, Method: null) { Unsigned = true })).Code);
            Assert.Equal(
                102,
                (await shared.Client.AskAsync(new MediaPostCall(frugal, "users.isAppAdded") { Unsigned = true })).Code);
            Assert.Equal(102, (await shared.Client.AskAsync(
                new MediaPostCall(frugal, "users.getInfo", ("ss", "1")) { Unsigned = true })).Code);
            Assert.Equal(102, (await shared.Client.AskAsync(
                new MediaPostCall(frugal, "users.getInfo", ("session_key", "x")) { Unsigned = true })).Code);
        }

        await UseUpAsync(frugal);
    }

    /// <summary>An application that may call three times in a minute.</summary>
    private Task<App> FrugalAsync() => shared.RegisterAsync(ApplicationKind.Web, quota: (3, TimeSpan.FromMinutes(1)));

    private async Task UseUpAsync(App frugal)
    {
        foreach (var expected in new int?[] { null, null, null, 4 })
            Assert.Equal(expected, await CreateAsync(frugal));
    }

    private async Task<int?> CreateAsync(App application) =>
        (await shared.Client.AskAsync(application, "auth.createToken")).Code;

    private async Task<int?> CheckAsync(Granted session) =>
        (await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code;
}
