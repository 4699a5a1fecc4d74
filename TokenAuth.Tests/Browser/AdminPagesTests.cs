using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Admin;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>An administrator opens every page, makes a reset link and unlocks the person who needs it.</summary>
public sealed class AdminPagesTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task Every_page_is_readable_in_a_narrow_window_in_light_and_dark_and_with_a_screen_reader()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await AdminWorld.AddAdministratorAsync(world, "Carol");
        var longName = await _fixture.RegisterAsync(PageStates.LongName, _fixture.Gallery.Callback);
        await _fixture.OpenSessionAsync(longName, world.Alice);
        await _fixture.OpenSessionsAsync(world.Alice, 60);
        var counts = world.Server.Services.GetRequiredService<HourlyCounts>();
        foreach (var kind in Enum.GetValues<CountKind>())
            counts.Add("ipernity", kind);
        await FailToSignInAsync();
        await _fixture.ArriveSignedInAsync("carol");

        await VisitAsync("/admin", "Administration");
        await VisitAsync("/admin/accounts?q=a", "Accounts");
        await VisitAsync($"/admin/accounts/{world.Alice.Id}", "Alice");
        await page.Button("Create a link").ClickAsync();
        await Assertions.Expect(page.Locator("#link")).ToContainTextAsync("/reset?token=");
        await PageAudit.AssertReadableAsync(page);
        await page.Button("Unlock").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("no longer count");
        await VisitAsync("/admin/applications", "Applications");
        await VisitAsync($"/admin/applications/{longName.Id}", PageStates.LongName);
        await VisitAsync("/admin/events?account=alice", "Security events");
        await VisitAsync("/admin/mail", "Mail");
        await QueueMailAsync();
        await VisitAsync("/admin/mail", "Mail");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retry now" })).ToBeVisibleAsync();
        await VisitAsync("/admin/store", "Store and nodes");
        world.Clock.Advance(TimeSpan.FromMinutes(15));
        await VisitAsync("/admin/events", "Confirm that it is you");
        await page.Password.FillAsync(World.TestWorld.Password);
        await page.Button("Continue").ClickAsync();
        await page.SeesAsync("Security events");

        var actions = world.Server.Services.GetRequiredService<IActionDescriptorCollectionProvider>();
        Assert.Equal(
            8 + 2, // The form of confirm is on the other pages, and a file is no page.
            actions.ActionDescriptors.Items.OfType<PageActionDescriptor>().Count(
                action => action.AttributeRouteInfo!.Template!.StartsWith("admin", StringComparison.Ordinal)));
    }

    /// <summary>Queues a message that a mail server has refused for now, in many words.</summary>
    private async Task QueueMailAsync()
    {
        var services = _fixture.World.Server.Services;
        var (queue, seal) = (services.GetRequiredService<MailQueue>(), services.GetRequiredService<MailQueue>().Seal());
        await services.GetRequiredService<Store>().WriteAsync(async connection =>
        {
            await queue.AddAsync(
                connection, seal, _fixture.World.Alice.Id, "email_change_requested", "", TimeSpan.FromDays(3));
            return true;
        });
        var taken = await queue.TakeAsync(default);
        await queue.PostponeAsync(taken!, $"451 4.7.1 {PageStates.LongName} is busy. {new string('x', 200)}");
    }

    private async Task VisitAsync(string path, string heading)
    {
        await _fixture.Page.SetViewportSizeAsync(1280, 720);
        await _fixture.Page.GotoAsync(_fixture.Address(path));
        await _fixture.Page.SeesAsync(heading);
        await PageAudit.AssertReadableAsync(_fixture.Page);
    }

    private async Task FailToSignInAsync()
    {
        using var stranger = new FormBrowser(_fixture.World.Server.Http);
        for (var i = 0; i < 5; i++)
            await stranger.SignInAsync("alice", "wrong password");
    }
}
