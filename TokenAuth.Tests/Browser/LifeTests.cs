using Microsoft.Playwright;
using TokenAuth.Kernel.Operations;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person's whole life with the service, from signing up to being erased.</summary>
public sealed class LifeTests(BrowserRun run) : BrowserTests(run)
{
    private const string Password = "seven green bottles";

    [Fact]
    public async Task A_person_signs_up_is_protected_loses_the_phone_recovers_and_leaves()
    {
        var page = _fixture.Page;
        _fixture.UsesName = true;
        var mail = await _fixture.UseMailAsync();
        var device = await VirtualAuthenticator.AddAsync(page);

        // Signs up and confirms the address.
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.SignUpAsync("rose", "rose@example.test", Password);
        await page.SeesAsync("Your account");
        await Assertions.Expect(page.GetByText("not confirmed")).ToBeVisibleAsync();
        await FollowAsync(await mail.NextAsync("Confirm your e-mail address"));
        await page.Button("Confirm the address").ClickAsync();
        await page.SeesAsync("Your e-mail address is confirmed");

        // Adds a passkey and an authenticator app.
        await page.GotoAsync(_fixture.Address(SecurityPerson.Path));
        await page.AddPasskeyAsync("Phone");
        await Assertions.Expect(page.Passkeys).ToHaveCountAsync(1);
        await mail.NextAsync("passkey");
        var secret = await page.SetUpAuthenticatorAsync(_fixture.World);
        var codes = await page.Locator(".codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Count);

        // Allows an application.
        var gallery = _fixture.World.Gallery;
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SeesAsync($"Allow {gallery.Name}?");
        await page.AllowAsync();
        var token = (await _fixture.Gallery.NextAsync())["auth_token"];
        var session = await _fixture.Client.SessionAsync(gallery, token);

        // Loses the phone, and with it passkey and app. Another browser stays signed in.
        await device.RemoveAsync();
        var lost = await page.Context.StorageStateAsync();
        await page.Context.ClearCookiesAsync();

        // Recovers by mail and with a recovery code.
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await page.GetByLabel("Login name or e-mail address").FillAsync("rose@example.test");
        await page.Button("Send the link").ClickAsync();
        await FollowAsync(await mail.NextAsync("new password"));
        await page.GetByLabel("New password").FillAsync(Password + " more");
        await page.Button("Change password").ClickAsync();
        await page.SignInAsync("rose", Password + " more");
        await page.SeesAsync("Confirm your sign-in");
        await page.GetByText("Use a recovery code").ClickAsync();
        await page.GetByLabel("Recovery code", new() { Exact = true }).FillAsync(codes[0]);
        await page.Button("Use this code").ClickAsync();
        await page.SeesAsync("Your account");
        await mail.NextAsync("recovery code");

        // Removes what was on the phone, and ends all other sessions.
        await page.GotoAsync(_fixture.Address(SecurityPerson.Path));
        await page.Button("Turn off two-step sign-in").ClickAsync();
        await page.Passkeys.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Passkeys).ToHaveCountAsync(0);

        // Leaves, and is erased a week later.
        await page.GotoAsync(_fixture.Address("/account/close"));
        await page.Button("Close my account").ClickAsync();
        await page.SeesAsync("Sign in");
        _fixture.World.Clock.Advance(TimeSpan.FromDays(8));
        await _fixture.World.Server.Services.GetRequiredService<ExpirySweep>().SweepAsync(default);
        await page.SignInAsync("rose", Password + " more");
        await Assertions.Expect(page.Alert).ToBeVisibleAsync();
    }

    private Task FollowAsync(ReceivedMail message) =>
        _fixture.Page.GotoAsync(_fixture.Address(MailHost.LinksIn(message).Single()));
}
