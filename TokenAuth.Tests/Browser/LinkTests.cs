using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A link to the login script that is not in order ends here, with status 400 and no redirect.</summary>
public sealed class LinkTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public Task An_unknown_application() => Assert.AllAsync(
        (string[])["00000000000000000000000000000000", "", "' OR 1=1 --", "<script>alert(1)</script>"],
        key => IsRefusedAsync(
            _scene.Address("/login.php?api_key=") + Uri.EscapeDataString(key) + "&v=1.0&next=http://evil.example/", "No application is known"));

    [Fact]
    public Task An_application_that_was_switched_off() => IsRefusedAsync(_scene.LoginLink(_scene.World.Retired), "No application is known");

    [Fact]
    public Task A_service_application_which_nobody_signs_in_to() => IsRefusedAsync(_scene.LoginLink(_scene.World.Janitor), "No application is known");

    [Fact]
    public Task A_desktop_application_without_a_token() => IsRefusedAsync(_scene.LoginLink(_scene.World.Uploader), "lacks the token");

    [Fact]
    public Task A_token_that_was_never_made() =>
        IsRefusedAsync(_scene.LoginLink(_scene.World.Gallery, BrowserFixture.Carrying(new string('0', 38))), "used already, or it is too old");

    [Fact]
    public async Task A_token_that_has_expired()
    {
        var token = await _scene.CreateTokenAsync(_scene.World.Gallery);
        _scene.World.Clock.Advance(TimeSpan.FromMinutes(16));

        await IsRefusedAsync(_scene.LoginLink(_scene.World.Gallery, BrowserFixture.Carrying(token)), "used already, or it is too old");
    }

    [Fact]
    public async Task A_token_that_expires_while_the_person_thinks()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var token = await _scene.CreateTokenAsync(gallery);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(gallery, BrowserFixture.Carrying(token)));
        await page.SeesAsync("Allow Gallery?");
        _scene.World.Clock.Advance(TimeSpan.FromMinutes(16));

        var answer = await page.RunAndWaitForResponseAsync(page.AllowAsync, response => response.Request.Method == "POST");

        Assert.Equal(400, answer.Status);
        await page.SeesAsync("This link does not work");
        Assert.Empty(_scene.Gallery.Targets);
    }

    [Fact]
    public async Task A_token_that_was_used()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");
        Assert.Equal(400, (await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token))))!.Status);
        await _scene.GetSessionAsync(world.Gallery, token);

        Assert.Equal(400, (await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token))))!.Status);
        Assert.Single(_scene.Gallery.Targets);
    }

    [Fact]
    public async Task Another_applications_token() => await IsRefusedAsync(
        _scene.LoginLink(_scene.World.Gallery, BrowserFixture.Carrying(await _scene.CreateTokenAsync(_scene.World.Draft))), "used already, or it is too old");

    [Fact]
    public async Task A_token_that_was_confirmed_in_another_browser_belongs_to_the_person_there()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);
        var link = _scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token));
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.SeesAsync("Allow Gallery?");

        var other = (await _scene.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(world.Server.Http, "bob_2");
        await other.GotoAsync(link);
        await other.AllowAsync();
        await other.SeesAsync("Welcome to the gallery");
        var answer = await page.RunAndWaitForResponseAsync(page.AllowAsync, response => response.Request.Method == "POST");

        Assert.Equal(400, answer.Status);
        await page.SeesAsync("This link does not work");
        Assert.Single(_scene.Gallery.Targets);
        var session = await _scene.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }

    private async Task IsRefusedAsync(string link, string why)
    {
        var answer = await _scene.Page.GotoAsync(link);

        Assert.Equal(400, answer!.Status);
        Assert.Null(answer.Request.RedirectedFrom);
        await _scene.Page.SeesAsync("This link does not work");
        await Assertions.Expect(_scene.Page.Locator("main")).ToContainTextAsync(why);
        Assert.Empty(_scene.Gallery.Targets);
    }
}
