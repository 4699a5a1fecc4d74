using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person reviews the account: profile, applications and activity.</summary>
public sealed class AccountPageTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task The_page_of_applications_lists_what_the_person_has_allowed_and_nothing_of_others()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.OpenSessionAsync(world.Gallery, world.Bob);
        await _fixture.AllowQuietlyAsync(world.Uploader, world.Alice);
        await _fixture.OpenAsync("/account/applications");

        await Assertions.Expect(page.Applications).ToContainTextAsync(["Uploader"]);
    }

    [Fact]
    public async Task The_activity_page_shows_the_accounts_events_with_the_latest_first()
    {
        var page = _fixture.Page;
        await _fixture.OpenSessionAsync(_fixture.World.Gallery, _fixture.World.Alice);
        await _fixture.OpenSessionAsync(_fixture.World.Gallery, _fixture.World.Bob);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Activity" }).ClickAsync();
        await page.SeesAsync("Recent activity");

        await Assertions.Expect(page.Events).ToHaveTextAsync(
        [
            new Regex(@"^\s*Signed in with a browser\s+.*2026.*\sfrom 127.0.0.1\s*$"),
            new Regex(@"^\s*Signed in with Gallery\s+.*2026.*\sfrom 127.0.0.1\s*$"),
            new Regex(@"^\s*Signed in with a new browser\s+.*2026.*\sfrom 127.0.0.1\s*$"),
            new Regex(@"^\s*Allowed Gallery\s+.*2026.*\sfrom 127.0.0.1\s*$"),
            new Regex(@"^\s*Created the account\s+.*2026.*\sby the people who run this service\s*$"),
        ]);
    }

    [Fact]
    public async Task Removing_an_application_ends_its_sessions_immediately_and_it_must_ask_for_consent_again()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        await _fixture.OpenAsync("/account/applications");
        Assert.Equal($"\"{world.Alice.Id}\"", await LoggedInUserAsync());

        await page.RemoveAsync("Gallery");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "The application was removed, and its sessions have ended.");

        Assert.StartsWith("{\"error_code\":102,", await LoggedInUserAsync(), StringComparison.Ordinal);
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
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
        foreach (var tab in new[] { page, second })
            await tab.GotoAsync(_fixture.Address($"/account/applications/{world.Gallery.Id}"));

        await second.Button("Remove Gallery").ClickAsync();
        await second.SeesAsync("Applications");
        await page.Button("Remove Gallery").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            "That application was already removed.");
    }
}
