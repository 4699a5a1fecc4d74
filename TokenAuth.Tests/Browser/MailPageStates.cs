using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>The states of the pages that send mail, or say that they cannot.</summary>
internal static class MailPageStates
{
    public static readonly IReadOnlyDictionary<string, PageState> All = new Dictionary<string, PageState>(
        StringComparer.Ordinal)
    {
        ["forgot-off"] = new(
            "forgot", "Forgot your password?", "main p",
            fixture => fixture.Page.GotoAsync(fixture.Address("/forgot"))),
        ["forgot-error"] = new("forgot", "Forgot your password?", ".error[role=alert]", async fixture =>
        {
            await fixture.UseMailAsync();
            await fixture.Page.GotoAsync(fixture.Address("/forgot"));
            await fixture.Page.GetByLabel("Login name or e-mail address").FillAsync(" ");
            await fixture.Page.Button("Send the link").ClickAsync();
        }),
        ["forgot-sent"] = new("forgot", "Forgot your password?", ".notice[role=status]", async fixture =>
        {
            await fixture.UseMailAsync();
            await fixture.Page.GotoAsync(fixture.Address("/forgot"));
            await fixture.Page.GetByLabel("Login name or e-mail address").FillAsync("alice");
            await fixture.Page.Button("Send the link").ClickAsync();
        }),
        ["confirm"] = new("confirm", "Confirm your e-mail address", "main form", async fixture =>
            await fixture.Page.GotoAsync(await fixture.ConfirmationLinkAsync())),
        ["confirm-done"] = new(
            "confirm", "Your e-mail address is confirmed", ".notice[role=status]", async fixture =>
            {
                await fixture.Page.GotoAsync(await fixture.ConfirmationLinkAsync());
                await fixture.Page.Button("Confirm the address").ClickAsync();
            }),
        ["confirm-ended"] = new(
            "confirm", "This link does not work", "main a",
            fixture => fixture.Page.GotoAsync(fixture.Address("/confirm?token=0123456789abcdef0123456789abcdef"))),
        ["email-off"] = new("account/email", "E-mail address", "main form", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/email"));
        }),
        ["email-error"] = new("account/email", "E-mail address", ".error[role=alert]", async fixture =>
        {
            await fixture.UseMailAsync();
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/email"));
            await fixture.Page.GetByLabel("New e-mail address").FillAsync(fixture.World.Alice.Email!);
            await fixture.Page.Button("Send the link").Last.ClickAsync();
        }),
        ["email-pending"] = new("account/email", "E-mail address", ".notice[role=status]", async fixture =>
        {
            await fixture.UseMailAsync();
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/email"));
            await fixture.Page.GetByLabel("New e-mail address").FillAsync(
                $"{PageStates.LongName[..60]}@a-rather-long-domain.example.test");
            await fixture.Page.Button("Send the link").Last.ClickAsync();
        }),
    };

    /// <summary>Sends Alice a link that confirms her address, and returns it.</summary>
    private static async Task<string> ConfirmationLinkAsync(this BrowserFixture fixture)
    {
        var mail = await fixture.UseMailAsync();
        await fixture.World.Server.Services.GetRequiredService<EmailConfirmations>().SendAsync(
            fixture.World.Alice.Id, replacement: null, System.Net.IPAddress.Loopback, default);
        var message = await mail.NextAsync("Confirm your e-mail address");
        return fixture.Address(MailHost.LinksIn(message).Single());
    }
}
