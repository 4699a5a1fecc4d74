using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person in Tokyo edits the profile.</summary>
public sealed class ProfileTests(BrowserRun run) : BrowserTests(run, new() { TimezoneId = "Asia/Tokyo" })
{
    [Fact]
    public async Task The_browsers_time_zone_is_proposed_and_then_every_time_is_in_it()
    {
        var page = _fixture.Page;
        await _fixture.OpenAsync("/account");
        Assert.True(await page.EvaluateAsync<int>("document.getElementById('zones').options.length") > 100);

        await page.Button("Use Asia/Tokyo").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Time zone")).ToHaveValueAsync("Asia/Tokyo");
        await page.Button("Save").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Your profile was saved.");
        await Assertions.Expect(page.Button("Use Asia/Tokyo")).ToHaveCountAsync(0);
        await page.GotoAsync(_fixture.Address("/account/activity"));
        await Assertions.Expect(page.Events.First).ToContainTextAsync("1 March 2026, 21:00 from 127.0.0.1");
    }

    [Fact]
    public async Task The_chosen_language_is_that_of_every_page()
    {
        var page = _fixture.Page;
        await _fixture.OpenAsync("/account");
        await page.GetByLabel("Language").SelectOptionAsync("Français");
        await page.Button("Save").ClickAsync();

        await page.SeesAsync("Votre compte");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Votre profil a été enregistré.");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
        await page.GetByRole(AriaRole.Link, new() { Name = "Applications" }).ClickAsync();
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Aucune application");
    }

    [Fact]
    public async Task The_profile_needs_no_mouse()
    {
        var page = _fixture.Page;
        await _fixture.OpenAsync("/account");
        await page.GetByLabel("Name", new() { Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("Ally");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Ally");
    }
}

/// <summary>A person leaves and comes back, in a browser that runs no scripts.</summary>
public sealed class LeavingTests(BrowserRun run) : BrowserTests(run, new() { JavaScriptEnabled = false })
{
    [Fact]
    public async Task A_person_takes_the_data_along_closes_the_account_and_comes_back()
    {
        var page = _fixture.Page;
        await _fixture.OpenAsync("/account");
        await page.GetByRole(AriaRole.Link, new() { Name = "Download your data" }).ClickAsync();
        await page.SeesAsync("Download your data");
        var file = await page.RunAndWaitForDownloadAsync(() => page.Button("Download").ClickAsync());
        Assert.Equal("Alice-2026-03-01.json", file.SuggestedFilename);

        await page.GotoAsync(_fixture.Address("/account/close"));
        await page.Button("Close my account").ClickAsync();
        await page.SeesAsync("Sign in");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your account is closed.");

        await page.SignInAsync("alice");
        await page.SeesAsync("Keep your account?");
        await page.Button("Leave it closed").ClickAsync();
        await page.SeesAsync("Sign in");

        await page.GotoAsync(_fixture.LoginLink(_fixture.World.Gallery));
        await page.SignInAsync("alice");
        await page.SeesAsync("Keep your account?");
        await page.Button("Keep my account").ClickAsync();
        await page.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task The_profile_and_the_removal_of_an_application_work()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.AllowQuietlyAsync(world.Gallery, world.Alice);
        await _fixture.OpenAsync("/account");
        await page.GetByLabel("Time zone").FillAsync("buenos aires");
        await page.Button("Save").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        await page.GotoAsync(_fixture.Address("/account/applications"));
        await page.RemoveAsync("Gallery");
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
    }
}
