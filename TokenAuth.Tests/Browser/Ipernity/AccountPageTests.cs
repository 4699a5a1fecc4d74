using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person reviews the tokens that old clients hold, and ends them.</summary>
public sealed class AccountPageTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task Removing_the_application_ends_its_token_immediately()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        var token = await _fixture.AllowUploaderAsync(("perm_doc", "write"));
        Assert.Null(await CheckAsync(token));

        await page.GotoAsync(_fixture.Address("/account/applications"));
        await Assertions.Expect(page.Applications).ToContainTextAsync(["Uploader"]);
        await page.RemoveAsync("Uploader");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "The application was removed, and its sessions have ended.");

        Assert.Equal(107, await CheckAsync(token));
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
        await page.GotoAsync(
            _fixture.AuthorizeLink(world.Uploader, ("frob", await _fixture.Ipernity.FrobAsync(world.Uploader))));
        await page.SeesAsync("Allow Uploader?");
    }

    [Fact]
    public async Task A_token_is_listed_as_a_session_and_can_be_ended_alone()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");
        var first = await _fixture.AllowUploaderAsync();
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await _fixture.AllowUploaderAsync();

        await page.GotoAsync(_fixture.Address("/account/security"));
        var newest = page.Sessions.Filter(new() { HasTextRegex = new Regex("Signed in .*12:01") });
        await Assertions.Expect(newest).ToContainTextAsync("Uploader");
        await Assertions.Expect(newest).ToContainTextAsync("Does not end by itself.");
        await newest.GetByRole(
            AriaRole.Button, new() { Name = "End the session of Uploader", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");

        Assert.Equal(107, await CheckAsync(second));
        Assert.Null(await CheckAsync(first));
        await page.GotoAsync(_fixture.Address("/account/applications"));
        await Assertions.Expect(page.Applications).ToContainTextAsync(["Uploader"]);
    }

    [Fact]
    public async Task Removing_the_application_also_invalidates_a_frob_that_was_confirmed_but_not_exchanged()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.ConfirmedFrobAsync(uploader, _fixture.World.Alice);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account/applications"));
        await page.RemoveAsync("Uploader");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();

        Assert.Equal(2, (await _fixture.ExchangeAsync(uploader, frob)).Code);
    }

    [Fact]
    public async Task An_application_that_was_allowed_in_several_ways_is_listed_once_and_removed_as_a_whole()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.Ipernity.TokenAsync(world.Gallery, world.Alice, "doc=read");
        var access = await _fixture.OAuth.AccessTokenAsync(world, world.Gallery, world.Alice);
        await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account/applications"));
        await Assertions.Expect(page.Applications).ToHaveCountAsync(1);
        await Assertions.Expect(page.Applications).ToContainTextAsync(["3 sessions."]);
        await page.RemoveAsync("Gallery");
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);

        Assert.Equal(107, (await _fixture.Ipernity.CheckAsync(world.Gallery, token)).Code);
        Assert.Equal(
            107, (await _fixture.OAuth.AskAsync(new OAuthCall(world.Gallery, access, "/api/auth.checkToken"))).Code);
    }

    private async Task<int?> CheckAsync(string token) =>
        (await _fixture.Ipernity.CheckAsync(_fixture.World.Uploader, token)).Code;
}
