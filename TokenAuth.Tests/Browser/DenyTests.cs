using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person says no.</summary>
public sealed class DenyTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task The_application_learns_nothing_for_ever_and_the_browser_stays_here()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var token = await _scene.CreateTokenAsync(gallery);
        var link = _scene.LoginLink(gallery, BrowserFixture.Carrying(token));
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Gallery was not allowed to sign in as you.");
        Assert.Equal(link, page.Url);
        Assert.Empty(_scene.Gallery.Targets);
        foreach (var later in new[] { TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1) })
        {
            _scene.World.Clock.Advance(later);
            Assert.Equal(100, (await _scene.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
        }
    }

    [Fact]
    public async Task A_link_that_was_denied_cannot_be_allowed_afterwards()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var link = _scene.LoginLink(gallery, BrowserFixture.Carrying(await _scene.CreateTokenAsync(gallery)));
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        Assert.Equal(400, (await page.GotoAsync(link))!.Status);
        await page.SeesAsync("This link does not work");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Denying_leaves_one_event_whether_the_link_has_a_token_or_not(bool hasToken)
    {
        var (gallery, page, alice) = (_scene.World.Gallery, _scene.Page, _scene.World.Alice);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(
            hasToken ? _scene.LoginLink(gallery, BrowserFixture.Carrying(await _scene.CreateTokenAsync(gallery)))
            : _scene.LoginLink(gallery));
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        var events = await _scene.World.Server.Services.GetRequiredService<SecurityEvents>()
            .ListAsync(alice.Id, since: null, before: null, limit: 100, default);
        var refused = Assert.Single(events, happened => happened.Kind == "consent_refused");
        Assert.Equal(
            ("Alice", "Gallery", "mediapost", 1),
            (refused.Login, refused.Application, refused.Dialect, refused.Count));
        Assert.NotNull(refused.Address);
    }

    [Fact]
    public async Task Denying_is_no_consent_so_the_next_link_asks_again()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Not allowed");

        await page.GotoAsync(_scene.LoginLink(gallery));

        await page.SeesAsync("Allow Gallery?");
        Assert.Empty(_scene.Gallery.Targets);
    }
}
