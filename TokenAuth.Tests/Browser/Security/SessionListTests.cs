using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>A person reviews the sessions of the account and ends them.</summary>
public sealed class SessionListTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task The_page_lists_sessions_and_marks_this_browsers_session()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await (await _fixture.OpenOtherBrowserAsync()).Page.ArriveSignedInAsync(world.Server.Http, "alice");
        await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.OpenSessionAsync(world.Gallery, world.Bob);

        await _fixture.OpenAsync("/account/security");

        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser", "Gallery", "A browser"]);
        await Assertions.Expect(page.Sessions.First).ToHaveTextAsync(
            new Regex(@"Signed in .*2026.* from 127\.0\.0\.1\.\s+Last used .*2026.*\s+Ends .*2026"));
    }

    [Fact]
    public async Task Ending_another_browsers_session_signs_that_browser_out_immediately()
    {
        var page = _fixture.Page;
        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_fixture.World.Server.Http, "alice");
        await other.GotoAsync(_fixture.Address("/account"));
        await other.SeesAsync("Your account");

        await _fixture.OpenAsync("/account/security");
        await page.Button("End the session of A browser").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");

        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await other.ReloadAsync();
        await other.SeesAsync("Sign in");
    }

    [Fact]
    public async Task Ending_this_browsers_own_session_leads_to_the_sign_in_page()
    {
        await _fixture.OpenAsync("/account/security");

        await _fixture.Page.Button("End the session of This browser").ClickAsync();

        await _fixture.Page.SeesAsync("Sign in");
    }

    [Fact]
    public async Task Many_sessions_are_shown_in_pages_and_ended_together()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.OpenSessionsAsync(world.Alice, 6);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _fixture.OpenAsync("/account/security");

        await Assertions.Expect(page.Sessions).ToHaveCountAsync(5);
        await Assertions.Expect(page.Sessions.First).ToContainTextAsync("This browser");
        await page.GetByRole(AriaRole.Link, new() { Name = "Less recently used" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Page 2 of 2")).ToBeVisibleAsync();
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(3);
        await page.Sessions.Last.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");
        await Assertions.Expect(page.GetByText("Page 2 of 2")).ToBeVisibleAsync();

        await page.Button("End all other sessions").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The other 6 sessions have ended.");
        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await Assertions.Expect(page.Button("End all other sessions")).ToHaveCountAsync(0);
        var answer = await _fixture.Client.CallAsync(
            world.Gallery, "users.getLoggedInUser", ("session_key", key), ("format", "JSON"));
        Assert.StartsWith("{\"error_code\":102,", answer, StringComparison.Ordinal);
    }
}
