using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>Passkeys in a real browser, with a simulated device.</summary>
public sealed class PasskeyTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_passkey_is_added_named_used_renamed_and_removed()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");
        await Assertions.Expect(page.Status).ToHaveTextAsync(
            "The passkey was added. You can sign in with it from now on.");
        await Assertions.Expect(page.Passkeys).ToContainTextAsync("Phone");
        await Assertions.Expect(page.Passkeys).ToContainTextAsync("Never used.");
        var kept = Assert.Single(await device.PasskeysAsync());
        Assert.Equal("localhost", kept.GetProperty("rpId").GetString());
        Assert.Equal("Alice", kept.GetProperty("userName").GetString());
        var handle = Convert.FromBase64String(kept.GetProperty("userHandle").GetString()!);
        Assert.Matches("^[0-9a-f]{32}$", System.Text.Encoding.UTF8.GetString(handle));

        await page.Button("Sign out").ClickAsync();
        await PressAsync(device, "/signin?return=/account/security");
        await page.SeesAsync("Security");
        await Assertions.Expect(page.Passkeys).ToContainTextAsync("Last used");

        await page.GetByText("Rename").ClickAsync();
        await page.GetByLabel("New name").FillAsync("Old phone");
        await page.Button("Save").ClickAsync();
        await Assertions.Expect(page.Passkeys).ToContainTextAsync("Old phone");
        await page.Button("Remove Old phone").ClickAsync();
        await Assertions.Expect(page.Passkeys).ToHaveCountAsync(0);

        await page.Button("Sign out").ClickAsync();
        await PressAsync(device, "/signin");
        await Assertions.Expect(page.Alert).ToHaveTextAsync(
            "This passkey is not valid here. Try again, or use your password.");
    }

    [Fact]
    public async Task A_refusal_of_the_device_is_told_in_words_and_the_password_still_works()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");
        await page.Button("Sign out").ClickAsync();

        await device.VerifiesAsync(false);
        await PressAsync(device, "/signin");
        await Assertions.Expect(page.Alert).ToHaveTextAsync("No passkey was used. You can try again.");
        await page.SignInAsync("alice");
        await page.SeesAsync("Your account");
    }

    [Fact]
    public async Task A_device_that_has_a_passkey_already_says_so()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");

        await page.Button("Add a passkey").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Name of the passkey")).ToHaveValueAsync("Passkey 2");
        await page.Button("Create the passkey").ClickAsync();
        await Assertions.Expect(page.Alert).ToHaveTextAsync("This device already has a passkey for your account.");
        Assert.Single(await device.PasskeysAsync());
    }

    [Fact]
    public async Task A_passkey_proves_who_makes_a_change()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(6));

        await page.Button("Remove Phone").ClickAsync();
        await page.SeesAsync("Confirm that it is you");
        await page.Button("Use a passkey").ClickAsync();
        await page.SeesAsync("Security");
        await Assertions.Expect(page.Passkeys).ToHaveCountAsync(0);
        Assert.Single(await device.PasskeysAsync());
    }

    [Fact]
    public async Task A_passkey_is_the_second_step_after_the_password_and_both_steps_without_it()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");
        await page.Button("Turn on with my passkeys").ClickAsync();
        await Assertions.Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Link, new() { Name = "I have saved the codes" }).ClickAsync();
        await Assertions.Expect(page.Locator(".codes")).ToHaveCountAsync(0);
        await page.Button("Sign out").ClickAsync();

        await device.AnswersAsync(false);
        await page.GotoAsync(_fixture.Address("/signin?return=/account/security"));
        await page.SignInAsync("alice");
        await page.SeesAsync("Confirm your sign-in");
        await device.AnswersAsync(true);
        await page.Button("Use a passkey").ClickAsync();
        await page.SeesAsync("Security");

        await page.Button("Sign out").ClickAsync();
        await PressAsync(device, "/signin?return=/account/security");
        await page.SeesAsync("Security");
    }

    [Fact]
    public async Task Everything_is_done_with_the_keyboard()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.Button("Add a passkey").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Add a passkey");
        await page.GetByLabel("Name of the passkey").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Button("Create the passkey")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Security");
        await page.Button("Sign out").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("You are signed out");

        await OpenAsync(device, "/signin");
        await Assertions.Expect(page.LoginName).ToBeFocusedAsync();
        foreach (var expected in (string[])["password", "Show password", "Sign in", "Sign in with a passkey"])
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(
                expected,
                await page.EvaluateAsync<string>(
                    "(document.activeElement.ariaLabel ?? document.activeElement.innerText) || document.activeElement.id"));
        }

        await device.AnswersAsync(true);
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Your account");
    }

    [Fact]
    public async Task The_browser_offers_the_passkey_in_the_field_for_the_login_name()
    {
        var page = _fixture.Page;
        var device = await _fixture.OpenSecurityAsync();
        await page.AddPasskeyAsync("Phone");
        await page.Button("Sign out").ClickAsync();
        await Assertions.Expect(page.Heading).ToHaveTextAsync("You are signed out");

        // The simulated person takes the offer at once.
        await page.GotoAsync(_fixture.Address("/signin?return=/account/security"));
        await page.SeesAsync("Security");
        Assert.Single(await device.PasskeysAsync());
    }

    /// <summary>Opens a page, and has the device answer only to the button.</summary>
    private async Task PressAsync(VirtualAuthenticator device, string path)
    {
        await OpenAsync(device, path);
        await device.AnswersAsync(true);
        await _fixture.Page.Button("Sign in with a passkey").ClickAsync();
    }

    /// <summary>
    /// Opens a page, and waits until it has asked for the offer in the field. The device does not answer: otherwise it
    /// would take the offer at once.
    /// </summary>
    private async Task OpenAsync(VirtualAuthenticator device, string path)
    {
        var page = _fixture.Page;
        await page.AddInitScriptAsync(
            """
            const get = navigator.credentials.get;
            navigator.credentials.get = function (options) {
              document.documentElement.dataset.asked = "";
              return get.call(this, options);
            };
            """);
        await device.AnswersAsync(false);
        await page.GotoAsync(_fixture.Address(path));
        await Assertions.Expect(page.Locator("html[data-asked]")).ToHaveCountAsync(1);
    }
}
