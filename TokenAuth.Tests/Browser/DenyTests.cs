using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person denies an application.</summary>
public sealed class DenyTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task The_application_gets_no_session_and_the_browser_stays_here()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(gallery);
        var link = _fixture.LoginLink(gallery, BrowserFixture.Carrying(token));
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Gallery cannot sign in as you.");
        Assert.Equal(link, page.Url);
        Assert.Empty(_fixture.Gallery.Targets);
        foreach (var later in new[] { TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1) })
        {
            _fixture.World.Clock.Advance(later);
            Assert.Equal(100, (await _fixture.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
        }
    }

    [Fact]
    public async Task A_link_that_was_denied_cannot_be_allowed_afterwards()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var link = _fixture.LoginLink(gallery, BrowserFixture.Carrying(await _fixture.CreateTokenAsync(gallery)));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        Assert.Equal(400, (await page.GotoAsync(link))!.Status);
        await page.SeesAsync("This link does not work");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Denying_records_one_event_whether_or_not_the_link_has_a_token(bool hasToken)
    {
        var (gallery, page, alice) = (_fixture.World.Gallery, _fixture.Page, _fixture.World.Alice);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(
            hasToken ? _fixture.LoginLink(gallery, BrowserFixture.Carrying(await _fixture.CreateTokenAsync(gallery)))
            : _fixture.LoginLink(gallery));
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        var events = await _fixture.World.Server.Services.GetRequiredService<SecurityEvents>()
            .ListAsync(alice.Id, since: null, before: null, limit: 100, default);
        var refused = Assert.Single(events, happened => happened.Kind == "consent_refused");
        Assert.Equal(
            ("Alice", "Gallery", "mediapost", 1),
            (refused.Login, refused.Application, refused.Dialect, refused.Count));
        Assert.NotNull(refused.Address);
    }

    [Fact]
    public async Task Denying_gives_no_consent_so_the_next_link_asks_again()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await page.GotoAsync(_fixture.LoginLink(gallery));

        await page.SeesAsync("Allow Gallery?");
        Assert.Empty(_fixture.Gallery.Targets);
    }
}
