using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Operations;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Published;
using TokenAuth.Tests.World;

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
        await mail.NextAsync("Passkey added");
        var secret = await page.SetUpAuthenticatorAsync(_fixture.World);
        var codes = await page.Locator(".codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Count);

        // Allows an application.
        var gallery = _fixture.World.Gallery;
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SeesAsync($"Allow {gallery.Name}?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");
        var lost = await SessionAsync(gallery);

        // Loses the phone, and with it the browser, the passkey and the app.
        await device.RemoveAsync();
        await page.Context.ClearCookiesAsync();

        // Recovers by mail and with a recovery code.
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await page.GetByLabel("Login name or e-mail address").FillAsync("rose@example.test");
        await page.Button("Send the link").ClickAsync();
        await MailHost.SendAsync(_fixture.World.Server);
        await FollowAsync(await mail.NextAsync("Choose a new password"));
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync(Password + " more");
        await page.GetByLabel("Repeat new password").FillAsync(Password + " more");
        await page.Button("Set password").ClickAsync();
        Assert.False(await IsValidAsync(gallery, lost));
        await page.SignInAsync("rose", Password + " more");
        await page.SeesAsync("Confirm your sign-in");
        await page.GetByText("Use a recovery code").ClickAsync();
        await page.GetByLabel("Recovery code", new() { Exact = true }).FillAsync(codes[0]);
        await page.Button("Use this code").ClickAsync();
        await page.SeesAsync("Your account");
        await mail.NextAsync("Recovery code used");

        // Removes what was on the phone, and ends all other sessions.
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SeesAsync("Welcome to the gallery");
        var session = await SessionAsync(gallery);
        Assert.True(await IsValidAsync(gallery, session));
        await page.GotoAsync(_fixture.Address(SecurityPerson.Path));
        await page.Passkeys.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Passkeys).ToHaveCountAsync(0);
        await page.Button("Turn off two-step sign-in").ClickAsync();
        await page.Button("End all other sessions").ClickAsync();
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(1);
        Assert.False(await IsValidAsync(gallery, session));

        // Leaves, and is erased a week later.
        await page.GotoAsync(_fixture.Address("/account/close"));
        await page.Button("Close my account").ClickAsync();
        await page.SeesAsync("Sign in");
        _fixture.World.Clock.Advance(TimeSpan.FromDays(8));
        await _fixture.World.Server.Services.GetRequiredService<ExpirySweep>().SweepAsync(default);
        await page.SignInAsync("rose", Password + " more");
        await Assertions.Expect(page.Alert).ToBeVisibleAsync();
    }

    /// <summary>Exchanges the token that the gallery has just received.</summary>
    private async Task<string> SessionAsync(App application)
    {
        using var gallery = new Wire();
        var session = await gallery.GetSessionAsync(_fixture.Home, application, _fixture.Page.Url[^38..]);
        return session.GetProperty("session_key").GetString()!;
    }

    private async Task<bool> IsValidAsync(App application, string session)
    {
        using var gallery = new Wire();
        return Wire.CodeOf(await gallery.LoggedInUserAsync(_fixture.Home, application, session)) == 0;
    }

    private async Task FollowAsync(ReceivedMail message) =>
        await _fixture.Page.GotoAsync(_fixture.Address(MailHost.LinksIn(message).Single()));
}
