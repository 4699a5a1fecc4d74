using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>An application needs a person's consent before it may sign in as that person, but not twice.</summary>
public sealed class ConsentTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_link_without_a_token_asks_the_first_time_and_passes_silently_the_second_time()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        await page.GotoAsync(_fixture.LoginLink(gallery, ("next", "?again=1")));

        await page.SeesAsync("Welcome to the gallery");
        Assert.StartsWith(_fixture.Gallery.Callback + "?again=1&auth_token=", page.Url, StringComparison.Ordinal);
        var session = await _fixture.GetSessionAsync(gallery, page.Url[^38..]);
        Assert.Equal(_fixture.World.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Signing_in_leads_straight_to_an_application_that_has_consent()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");
        await page.GotoAsync(_fixture.Address("/account"));
        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");

        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SignInAsync("alice");

        await page.SeesAsync("Welcome to the gallery");
    }

    [Fact]
    public async Task A_link_with_a_token_asks_every_time()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");

        for (var time = 0; time < 3; time++)
        {
            var token = await _fixture.CreateTokenAsync(gallery);
            await page.GotoAsync(_fixture.LoginLink(gallery, BrowserFixture.Carrying(token)));
            await page.SeesAsync("Allow Gallery?");
            Assert.Equal(100, (await _fixture.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
            await page.AllowAsync();
            await page.SeesAsync("Welcome to the gallery");
        }
    }

    [Fact]
    public async Task One_persons_consent_does_not_count_for_another_person()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_fixture.World.Server.Http, "bob_2");
        await other.GotoAsync(_fixture.LoginLink(gallery));

        await other.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task The_consent_page_says_where_and_when_a_request_from_another_place_was_made()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.OpenHandshakeFromElsewhereAsync(world.Uploader);
        await _fixture.ComeFromAsync("198.51.100.7");
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Uploader, BrowserFixture.Carrying(token)));

        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("1 March 2026");
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("203.0.113.9");
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync(
            "The request came from the address 203.0.113.9, which is not yours.");
    }

    [Theory]
    [InlineData("203.0.113.9")] // the same address
    [InlineData("192.168.1.20")] // an address that tells nothing
    public async Task The_consent_page_does_not_warn_where_addresses_tell_nothing(string person)
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.OpenHandshakeFromElsewhereAsync(world.Uploader);
        await _fixture.ComeFromAsync(person);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Uploader, BrowserFixture.Carrying(token)));

        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Did you start this?");
        await Assertions.Expect(page.Locator(".notice")).Not.ToContainTextAsync("which is not yours");
    }

    /// <summary>The handshake of a web application is opened by its server, which is always elsewhere.</summary>
    [Fact]
    public async Task The_address_of_a_web_applications_server_is_not_compared()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.OpenHandshakeFromElsewhereAsync(world.Gallery);
        await _fixture.ComeFromAsync("198.51.100.7");
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));

        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Did you start this?");
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("203.0.113.9");
    }

    [Fact]
    public async Task The_consent_page_says_since_when_the_application_is_known_and_was_allowed()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await Assertions.Expect(page.Locator(".facts dt")).ToHaveTextAsync(["You will return to", "Registered here"]);
        await _fixture.AllowQuietlyAsync(gallery, _fixture.World.Alice);

        await page.GotoAsync(_fixture.LoginLink(gallery, BrowserFixture.Carrying(
            await _fixture.CreateTokenAsync(gallery))));

        await Assertions.Expect(page.Locator(".facts dt")).ToHaveTextAsync(
            ["You will return to", "Registered here", "Last allowed", "Request made"]);
        await Assertions.Expect(page.Locator(".facts dd").Nth(2)).ToContainTextAsync("1 March 2026");
    }

    [Fact]
    public async Task An_application_whose_callback_redirects_to_another_origin_is_reached()
    {
        var page = _fixture.Page;
        await using var home = await CallbackListener.StartAsync();
        _fixture.Gallery.Redirect("/apps/gallery", home.Callback);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(_fixture.World.Gallery));
        await page.AllowAsync();

        await page.SeesAsync("Welcome to the gallery");
        Assert.Equal(home.Callback, page.Url);
    }
}
