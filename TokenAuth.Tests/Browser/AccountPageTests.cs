using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person reviews the sessions of the account and ends them.</summary>
public sealed class AccountPageTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task The_page_lists_sessions_and_applications_and_marks_this_browsers_session()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await (await _fixture.OpenOtherBrowserAsync()).Page.ArriveSignedInAsync(world.Server.Http, "alice");
        await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account"));

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(
            "You are signed in as Alice (Alice \"Ally\" <Müller> & Co)");
        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser", "Gallery", "A browser"]);
        await Assertions.Expect(page.Sessions.First).ToContainTextAsync(
            "since 1 Mar 2026 12:00 UTC from 127.0.0.1, last used 1 Mar 2026 12:00 UTC, ends 2 Mar 2026 00:00 UTC");
        await Assertions.Expect(page.Applications).ToContainTextAsync(["Gallery"]);
    }

    [Fact]
    public async Task The_page_lists_no_other_persons_sessions_or_applications()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.OpenSessionAsync(world.Gallery, world.Bob);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account"));

        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("No application can sign in as you.");
    }

    [Fact]
    public async Task Ending_another_browsers_session_signs_that_browser_out_immediately()
    {
        var page = _fixture.Page;
        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_fixture.World.Server.Http, "alice");
        await other.GotoAsync(_fixture.Address("/account"));
        await other.SeesAsync("Your account");
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account"));
        await page.Button("End the session of A browser").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");

        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await other.ReloadAsync();
        await other.SeesAsync("Sign in");
    }

    [Fact]
    public async Task Ending_this_browsers_own_session_leads_to_the_sign_in_page()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));

        await page.Button("End the session of This browser").ClickAsync();

        await page.SeesAsync("Sign in");
    }

    [Fact]
    public async Task Many_sessions_are_counted_shown_in_pages_and_ended_together()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.OpenSessionsAsync(world.Alice, 58);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(
            "Everything that is signed in as you at present: 60 sessions.");
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(50);
        await Assertions.Expect(page.Sessions.First).ToContainTextAsync("This browser");
        await page.GetByRole(AriaRole.Link, new() { Name = "Used earlier" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Page 2 of 2")).ToBeVisibleAsync();
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(10);
        await page.Sessions.Last.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");
        await Assertions.Expect(page.GetByText("Page 2 of 2")).ToBeVisibleAsync();

        await page.Button("End all other sessions").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The other 58 sessions have ended.");
        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("at present: this browser only.");
        await Assertions.Expect(page.Button("End all other sessions")).ToHaveCountAsync(0);
        var answer = await _fixture.Client.CallAsync(
            world.Gallery, "users.getLoggedInUser", ("session_key", key), ("format", "JSON"));
        Assert.StartsWith("{\"error_code\":102,", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_activity_page_shows_the_accounts_events_with_the_latest_first()
    {
        var page = _fixture.Page;
        await _fixture.OpenSessionAsync(_fixture.World.Gallery, _fixture.World.Alice);
        await _fixture.OpenSessionAsync(_fixture.World.Gallery, _fixture.World.Bob);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));

        await Assertions.Expect(page.Events).ToHaveTextAsync(
        [
            "Signed in with a browser 1 Mar 2026 12:00 UTC from 127.0.0.1",
            "Signed in with Gallery 1 Mar 2026 12:00 UTC from 127.0.0.1",
            "Allowed Gallery 1 Mar 2026 12:00 UTC from 127.0.0.1",
            "Made the account 1 Mar 2026 12:00 UTC by the people who run this service",
        ]);
        await page.GetByRole(AriaRole.Link, new() { Name = "All recent activity" }).ClickAsync();
        await page.SeesAsync("Recent activity");
        await Assertions.Expect(page.Locator("main li")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Removing_an_application_ends_its_sessions_immediately_and_it_must_ask_for_consent_again()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));
        Assert.Equal($"\"{world.Alice.Id}\"", await LoggedInUserAsync());

        await page.Button("Remove Gallery").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "The application was removed, and its sessions have ended.");

        Assert.StartsWith("{\"error_code\":102,", await LoggedInUserAsync(), StringComparison.Ordinal);
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await page.GotoAsync(_fixture.LoginLink(world.Gallery));
        await page.SeesAsync("Allow Gallery?");

        Task<string> LoggedInUserAsync() =>
            _fixture.Client.CallAsync(world.Gallery, "users.getLoggedInUser", ("session_key", key), ("format", "JSON"));
    }

    [Fact]
    public async Task Removing_an_application_that_another_window_has_removed_shows_a_notice_and_does_no_harm()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.AllowQuietlyAsync(world.Gallery, world.Alice);
        await _fixture.ArriveSignedInAsync("alice");
        var second = await page.Context.NewPageAsync();
        await page.GotoAsync(_fixture.Address("/account"));
        await second.GotoAsync(_fixture.Address("/account"));

        await second.Button("Remove Gallery").ClickAsync();
        await second.SeesAsync("Your account");
        await page.Button("Remove Gallery").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "That application had been removed already.");
    }
}
