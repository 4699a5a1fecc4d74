using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>The life of a second factor in a browser that runs no scripts.</summary>
public sealed class SecondStepTests(BrowserRun run) : BrowserTests(run, new() { JavaScriptEnabled = false })
{
    [Fact]
    public async Task An_authenticator_is_set_up_used_recovered_and_turned_off_without_scripts()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address(SecurityPerson.Path));
        await Assertions.Expect(page.GetByText("Two-step sign-in is off.")).ToBeVisibleAsync();
        var secret = await page.SetUpAuthenticatorAsync(world);
        var codes = await page.Locator(".codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Count);
        await page.Button("Sign out").ClickAsync();

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await page.GotoAsync(_fixture.Address("/signin?return=/account/security"));
        await Assertions.Expect(page.Button("Sign in with a passkey")).ToBeHiddenAsync();
        await page.SignInAsync("alice");
        await page.Code.FillAsync(world.CodeOf(secret));
        await page.Button("Continue").ClickAsync();
        await page.SeesAsync("Security");
        await page.Button("Sign out").ClickAsync();

        await page.GotoAsync(_fixture.Address("/signin?return=/account/security"));
        await page.SignInAsync("alice");
        await page.GetByText("Use a recovery code").ClickAsync();
        await page.GetByLabel("Recovery code", new() { Exact = true }).FillAsync(codes[4]);
        await page.Button("Use this code").ClickAsync();
        await page.SeesAsync("Security");
        await Assertions.Expect(page.GetByText("9 codes are left.")).ToBeVisibleAsync();

        await page.Button("Turn off two-step sign-in").ClickAsync();
        await Assertions.Expect(page.Status).ToHaveTextAsync("Two-step sign-in is off.");
        await page.Button("Sign out").ClickAsync();
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.SignInAsync("alice");
        await page.SeesAsync("Your account");
    }

    [Fact]
    public async Task A_page_that_needs_a_script_says_so()
    {
        var page = _fixture.Page;
        _fixture.UsesName = true;
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address(SecurityPerson.Path));
        await page.Button("Add a passkey").ClickAsync();

        await page.SeesAsync("Add a passkey");
        await Assertions.Expect(page.Locator("[data-without-passkeys]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Button("Create the passkey")).ToBeHiddenAsync();
    }
}
