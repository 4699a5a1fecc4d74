using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person is asked before an application may sign in as them, and need not be asked twice.</summary>
public sealed class ConsentTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_link_without_a_token_asks_the_first_time_and_passes_silently_the_second_time()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        await page.GotoAsync(_scene.LoginLink(gallery, ("next", "?again=1")));

        await page.SeesAsync("Welcome to the gallery");
        Assert.StartsWith(_scene.Gallery.Callback + "?again=1&auth_token=", page.Url, StringComparison.Ordinal);
        var session = await _scene.GetSessionAsync(gallery, page.Url[^38..]);
        Assert.Equal(_scene.World.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Signing_in_leads_straight_to_an_application_that_has_consent()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");
        await page.GotoAsync(_scene.Address("/account"));
        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");

        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.SignInAsync("alice");

        await page.SeesAsync("Welcome to the gallery");
    }

    [Fact]
    public async Task A_link_with_a_token_asks_every_time()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");

        for (var time = 0; time < 3; time++)
        {
            var token = await _scene.CreateTokenAsync(gallery);
            await page.GotoAsync(_scene.LoginLink(gallery, BrowserFixture.Carrying(token)));
            await page.SeesAsync("Allow Gallery?");
            Assert.Equal(100, (await _scene.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
            await page.AllowAsync();
            await page.SeesAsync("Welcome to the gallery");
        }
    }

    [Fact]
    public async Task One_persons_consent_is_not_anothers()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        var other = (await _scene.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_scene.World.Server.Http, "bob_2");
        await other.GotoAsync(_scene.LoginLink(gallery));

        await other.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task A_request_that_was_made_elsewhere_says_where_and_when()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.OpenHandshakeFromElsewhereAsync(world.Gallery);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));

        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync(
            "The request was made on 1 March 2026 at 12:00 UTC from the address 203.0.113.9, which is not yours.");
    }

    [Fact]
    public async Task An_application_whose_callback_leads_on_to_another_origin_is_reached()
    {
        var page = _scene.Page;
        await using var home = await CallbackListener.StartAsync();
        _scene.Gallery.Redirect("/apps/gallery", home.Callback);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(_scene.World.Gallery));
        await page.AllowAsync();

        await page.SeesAsync("Welcome to the gallery");
        Assert.Equal(home.Callback, page.Url);
    }
}
