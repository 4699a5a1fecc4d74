using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Which applications may call: keys, switches, networks, quotas and rotated secrets.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private MediaPostWorld _own = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync() => _own = await MediaPostWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task An_application_that_is_switched_off_is_unknown_and_its_sessions_wait_until_it_is_on_again()
    {
        var session = await _own.Client.GrantAsync(World.Gallery, World.Alice);

        await _own.OperateAsync(operate => operate.SetEnabledAsync(World.Gallery.ApiKey, enabled: false, default));
        Assert.Equal(101, await CreateAsync(World.Gallery));
        Assert.Equal(101, await CheckAsync(session));
        Assert.Equal(100, (await _own.Client.AskAsync(new MediaPostCall(World.Gallery, "auth.createToken") { Style = Style.Native })).Code);

        await _own.OperateAsync(operate => operate.SetEnabledAsync(World.Gallery.ApiKey, enabled: true, default));
        Assert.Null(await CreateAsync(World.Gallery));
        Assert.Null(await CheckAsync(session));
    }

    [Fact]
    public async Task A_key_in_upper_case_is_another_one() =>
        Assert.Equal(101, await CreateAsync(World.Gallery with { ApiKey = World.Gallery.ApiKey.ToUpperInvariant() }));

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_24_hours_and_then_the_new_one_only()
    {
        var session = await _own.Client.GrantAsync(World.Gallery, World.Alice, ("expires", "0"));
        var (secret, _) = (await _own.OperateAsync(operate => operate.RotateAsync(World.Gallery.ApiKey, default)))!.Value;
        var rotated = World.Gallery with { Secret = secret };

        Assert.Null(await CreateAsync(World.Gallery));
        Assert.Null(await CreateAsync(rotated));
        World.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Null(await CreateAsync(World.Gallery));
        World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(104, await CreateAsync(World.Gallery));
        Assert.Equal(104, await CheckAsync(session));
        Assert.Null(await CreateAsync(rotated));
        Assert.Null(await CheckAsync(session with { Application = rotated }));
    }

    [Fact]
    public async Task A_second_rotation_ends_the_first_secret_at_once()
    {
        await _own.OperateAsync(operate => operate.RotateAsync(World.Gallery.ApiKey, default));
        await _own.OperateAsync(operate => operate.RotateAsync(World.Gallery.ApiKey, default));

        Assert.Equal(104, await CreateAsync(World.Gallery));
    }

    [Fact]
    public async Task Only_web_applications_are_held_to_their_networks()
    {
        var desktop = await _own.RegisterAsync(ApplicationKind.Desktop, networks: ["192.0.2.0/24"]);
        var within = await _own.RegisterAsync(ApplicationKind.Web, networks: ["192.0.2.0/24", "127.0.0.0/8"]);

        Assert.Equal(5, await CreateAsync(World.Fenced));
        Assert.Null(await CreateAsync(desktop));
        Assert.Null(await CreateAsync(within));
    }

    [Fact]
    public async Task An_address_in_a_header_that_no_trusted_proxy_sent_counts_for_nothing()
    {
        var call = new MediaPostCall(World.Fenced, "auth.createToken");
        using var request = new HttpRequestMessage(HttpMethod.Post, _own.Client.Address(call)) { Content = new FormUrlEncodedContent(call.Pairs) };
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");

        Assert.Equal(5, (await _own.Client.AskAsync(request)).Code);
    }

    [Fact]
    public async Task The_fourth_call_of_three_in_a_minute_is_refused_and_a_new_minute_allows_again()
    {
        await UseUpAsync();
        World.Clock.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, await CreateAsync(World.Frugal));

        World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await UseUpAsync();
        Assert.Null(await CreateAsync(World.Gallery));
    }

    [Fact]
    public async Task Refusals_of_methods_count_too()
    {
        for (var call = 0; call < 3; call++)
            Assert.Equal(100, (await _own.Client.AskAsync(World.Frugal, "auth.getSession")).Code);

        Assert.Equal(4, await CreateAsync(World.Frugal));
    }

    /// <summary>API keys are public: whoever knows one must not be able to shut the application out.</summary>
    [Fact]
    public async Task What_is_not_signed_by_the_application_uses_nothing_up()
    {
        for (var call = 0; call < 5; call++)
        {
            Assert.Equal(104, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, "auth.createToken") { Secret = "guess" })).Code);
            Assert.Equal(104, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, "auth.createToken") { Unsigned = true })).Code);
            Assert.Equal(3, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, Method: null) { Unsigned = true })).Code);
            Assert.Equal(102, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, "users.isAppAdded") { Unsigned = true })).Code);
            Assert.Equal(102, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, "users.getInfo", ("ss", "1")) { Unsigned = true })).Code);
            Assert.Equal(102, (await _own.Client.AskAsync(new MediaPostCall(World.Frugal, "users.getInfo", ("session_key", "x")) { Unsigned = true })).Code);
        }

        await UseUpAsync();
    }

    private async Task UseUpAsync()
    {
        foreach (var expected in new int?[] { null, null, null, 4 })
            Assert.Equal(expected, await CreateAsync(World.Frugal));
    }

    private async Task<int?> CreateAsync(App application) => (await _own.Client.AskAsync(application, "auth.createToken")).Code;

    private async Task<int?> CheckAsync(Granted session) => (await _own.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code;
}
