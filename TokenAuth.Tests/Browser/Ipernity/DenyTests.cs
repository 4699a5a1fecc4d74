using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person denies an application on the frob's authorize page.</summary>
public sealed class DenyTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_web_application_learns_of_the_denial_at_its_callback_and_the_frob_is_useless(bool withFrob)
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(gallery);
        var link = withFrob ? _fixture.AuthorizeLink(gallery, ("frob", frob)) : _fixture.AuthorizeLink(gallery);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal(_fixture.Gallery.Callback + "?error=access_denied", page.Url);
        Assert.Equal(["/apps/gallery?error=access_denied"], _fixture.Gallery.Targets);
        Assert.Equal(2, (await _fixture.ExchangeAsync(gallery, frob)).Code);
        if (withFrob)
            Assert.Equal(400, (await page.GotoAsync(link))!.Status);
        await page.GotoAsync(_fixture.AuthorizeLink(gallery));
        await page.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task A_page_confirms_the_denial_of_a_desktop_application_and_the_frob_stays_useless()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(uploader);
        var link = _fixture.AuthorizeLink(uploader, ("frob", frob), ("perm_doc", "delete"));
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Uploader cannot sign in as you.");
        await Assertions.Expect(page.Success.Or(page.ConsentForm)).ToHaveCountAsync(0);
        Assert.Equal(link, page.Url);
        Assert.Equal(2, (await _fixture.ExchangeAsync(uploader, frob)).Code);
        await _fixture.IsRefusedAsync(link, "already used");
        Assert.Equal(2, (await _fixture.ExchangeAsync(uploader, frob)).Code);
    }
}
