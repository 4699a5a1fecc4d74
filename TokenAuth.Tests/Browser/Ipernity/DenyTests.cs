using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person says no on the frob's authorize page.</summary>
public sealed class DenyTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_web_application_is_told_so_at_its_callback_and_the_frob_is_useless(bool withFrob)
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var frob = await _scene.Ipernity.FrobAsync(gallery);
        var link = withFrob ? _scene.AuthorizeLink(gallery, ("frob", frob)) : _scene.AuthorizeLink(gallery);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal(_scene.Gallery.Callback + "?error=access_denied", page.Url);
        Assert.Equal(["/apps/gallery?error=access_denied"], _scene.Gallery.Targets);
        Assert.Equal(2, (await _scene.ExchangeAsync(gallery, frob)).Code);
        if (withFrob)
            Assert.Equal(400, (await page.GotoAsync(link))!.Status);
        await page.GotoAsync(_scene.AuthorizeLink(gallery));
        await page.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task For_a_desktop_application_a_page_says_so_and_the_frob_stays_useless()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var frob = await _scene.Ipernity.FrobAsync(uploader);
        var link = _scene.AuthorizeLink(uploader, ("frob", frob), ("perm_doc", "delete"));
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Uploader was not allowed to sign in as you.");
        await Assertions.Expect(page.Success.Or(page.ConsentForm)).ToHaveCountAsync(0);
        Assert.Equal(link, page.Url);
        Assert.Equal(2, (await _scene.ExchangeAsync(uploader, frob)).Code);
        await _scene.IsRefusedAsync(link, "used already");
        Assert.Equal(2, (await _scene.ExchangeAsync(uploader, frob)).Code);
    }
}
