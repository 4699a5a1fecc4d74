using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>An invalid link to the login script gets a page with status 400 and no redirect.</summary>
public sealed class LinkTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public Task An_unknown_application_is_refused() => Assert.AllAsync(
        (string[])["00000000000000000000000000000000", "", "' OR 1=1 --", "<script>alert(1)</script>"],
        key => IsRefusedAsync(
            _fixture.Address("/login.php?api_key=") + Uri.EscapeDataString(key) + "&v=1.0&next=http://evil.example/",
            "is not registered here"));

    [Fact]
    public Task A_disabled_application_is_refused() =>
        IsRefusedAsync(_fixture.LoginLink(_fixture.World.Retired), "is not registered here");

    [Fact]
    public Task A_service_application_is_refused() =>
        IsRefusedAsync(_fixture.LoginLink(_fixture.World.Janitor), "is not registered here");

    [Fact]
    public Task A_desktop_application_without_a_token_is_refused() =>
        IsRefusedAsync(_fixture.LoginLink(_fixture.World.Uploader), "its token is missing");

    [Fact]
    public Task A_token_that_was_never_made_is_refused() =>
        IsRefusedAsync(
            _fixture.LoginLink(_fixture.World.Gallery, BrowserFixture.Carrying(new string('0', 38))),
            "already used, or it has expired");

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var token = await _fixture.CreateTokenAsync(_fixture.World.Gallery);
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(16));

        await IsRefusedAsync(
            _fixture.LoginLink(_fixture.World.Gallery, BrowserFixture.Carrying(token)),
            "already used, or it has expired");
    }

    [Fact]
    public async Task A_token_that_expires_while_the_consent_page_is_open_is_refused()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(gallery);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery, BrowserFixture.Carrying(token)));
        await page.SeesAsync("Allow Gallery?");
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(16));

        var answer = await page.RunAndWaitForResponseAsync(
            page.AllowAsync, response => response.Request.Method == "POST");

        Assert.Equal(400, answer.Status);
        await page.SeesAsync("This link does not work");
        Assert.Empty(_fixture.Gallery.Targets);
    }

    [Fact]
    public async Task A_used_token_is_refused()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");
        Assert.Equal(
            400, (await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token))))!.Status);
        await _fixture.GetSessionAsync(world.Gallery, token);

        Assert.Equal(
            400, (await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token))))!.Status);
        Assert.Single(_fixture.Gallery.Targets);
    }

    [Fact]
    public async Task Another_applications_token_is_refused() => await IsRefusedAsync(
        _fixture.LoginLink(
            _fixture.World.Gallery, BrowserFixture.Carrying(await _fixture.CreateTokenAsync(_fixture.World.Draft))),
        "already used, or it has expired");

    [Fact]
    public async Task A_token_that_was_confirmed_in_another_browser_belongs_to_the_person_there()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);
        var link = _fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.SeesAsync("Allow Gallery?");

        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(world.Server.Http, "bob_2");
        await other.GotoAsync(link);
        await other.AllowAsync();
        await other.SeesAsync("Welcome to the gallery");
        var answer = await page.RunAndWaitForResponseAsync(
            page.AllowAsync, response => response.Request.Method == "POST");

        Assert.Equal(400, answer.Status);
        await page.SeesAsync("This link does not work");
        Assert.Single(_fixture.Gallery.Targets);
        var session = await _fixture.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }

    private async Task IsRefusedAsync(string link, string why)
    {
        var answer = await _fixture.Page.GotoAsync(link);

        Assert.Equal(400, answer!.Status);
        Assert.Null(answer.Request.RedirectedFrom);
        await _fixture.Page.SeesAsync("This link does not work");
        await Assertions.Expect(_fixture.Page.Locator("main")).ToContainTextAsync(why);
        Assert.Empty(_fixture.Gallery.Targets);
    }
}
