using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>The cookie that gives a separate budget of failures to a browser that has signed in before.</summary>
public sealed class DeviceCookieTests : IAsyncLifetime
{
    private const string Home = "192.0.2.1";

    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync(FormBrowser.TrustedProxy);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(false, "TokenAuth.Device=")]
    [InlineData(true, "__Host-TokenAuth.Device=")]
    public async Task Signing_in_sets_the_cookie_for_a_year_and_no_script_or_other_site_can_read_it(
        bool isSecure, string begins)
    {
        using var visitor = new FormBrowser(isSecure ? _world.Server.Https : _world.Server.Http, from: Home);
        var refused = await visitor.SignInAsync("alice", "wrong");
        Assert.DoesNotContain(refused.SetCookies, cookie => cookie.StartsWith(begins, StringComparison.Ordinal));

        var signedIn = await visitor.SignInAsync("alice");

        Assert.True(signedIn.IsRedirect);
        var parts = Assert.Single(signedIn.SetCookies, cookie => cookie.StartsWith(begins, StringComparison.Ordinal))
            .Split("; ")[1..];
        string[] expected =
        [
            "max-age=31536000", "path=/", "samesite=lax", "httponly", .. isSecure ? ["secure"] : Array.Empty<string>(),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_cookie_survives_signing_out_and_is_new_at_each_sign_in()
    {
        using var visitor = new FormBrowser(_world.Server.Http, from: Home);
        await visitor.SignInAsync("alice");
        var first = SignInLimitTests.Device(visitor).Value;
        await visitor.SubmitAsync("/signout");
        Assert.Equal(first, SignInLimitTests.Device(visitor).Value);

        await visitor.SignInAsync("alice");

        Assert.NotEqual(first, SignInLimitTests.Device(visitor).Value, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_cookie_has_its_own_budget_of_failures_for_a_year()
    {
        using var visitor = new FormBrowser(_world.Server.Http, from: Home);
        await visitor.SignInAsync("alice");
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await visitor.SignInAsync("alice", "wrong")).Status);
        Assert.True((await visitor.SignInAsync("alice")).IsRedirect);

        _world.Clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal(4, await WrongAsync(visitor, "alice"));
    }

    [Fact]
    public async Task Signing_up_sets_the_cookie_too()
    {
        using var visitor = new FormBrowser(_world.Server.Http, from: Home);
        Assert.True((await visitor.SignUpAsync("carol", "carol@example.test")).IsRedirect);

        Assert.Equal(10 + 1 + 4, await WrongAsync(visitor, "carol"));
    }

    [Fact]
    public async Task People_who_share_a_browser_have_one_cookie_each()
    {
        using var visitor = new FormBrowser(_world.Server.Http, from: Home);
        Assert.True((await visitor.SignInAsync("alice")).IsRedirect);
        Assert.True((await visitor.SignInAsync("bob_2")).IsRedirect);

        Assert.Equal(15, await WrongAsync(visitor, "alice"));
        Assert.Equal(15, await WrongAsync(visitor, "bob_2"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("CfDJ8A")]
    [InlineData("chunks-3")]
    [InlineData("1 0123456789abcdef 99999999999")]
    public async Task A_forged_cookie_is_ignored_and_harms_no_other_person(string forged)
    {
        using var visitor = new FormBrowser(_world.Server.Http, from: Home);
        visitor.Cookies["TokenAuth.Device"] = Uri.EscapeDataString(forged);

        Assert.Equal(4, await WrongAsync(visitor, "alice"));
        Assert.True((await visitor.SignInAsync("bob_2")).IsRedirect);
    }

    /// <summary>The number of wrong passwords that are verified before the first one is refused.</summary>
    private static async Task<int> WrongAsync(FormBrowser visitor, string login)
    {
        var wrong = 0;
        while ((await visitor.SignInAsync(login, "wrong")).Status == HttpStatusCode.OK)
            Assert.InRange(++wrong, 1, 100);
        return wrong;
    }
}
