using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Admin;
using TokenAuth.Tests.Developers;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A developer registers an application and manages it until somebody else does.</summary>
public sealed class ConsoleTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task Register_approve_rotate_faults_transfer_and_delete()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        _fixture.LetRegister(ConsoleRegistration.Approval);
        await AdminWorld.AddAdministratorAsync(world, "Carol");
        await _fixture.OpenAsync("/account/applications");
        await page.GetByRole(AriaRole.Link, new() { Name = "Console for developers" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Register an application" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Wall of photographs");
        await page.GetByLabel("Callback").FillAsync(_fixture.Gallery.Callback);
        await page.GetByLabel("Logo").SetInputFilesAsync(
            new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = ConsoleWorld.Png });
        await page.Button("Register").ClickAsync();
        await page.SeesAsync("Wall of photographs is registered");
        var (key, secret) = (await page.Locator("#key").TextContentAsync(), await page.Locator("#secret").TextContentAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the application" }).ClickAsync();
        await page.SeesAsync("Wall of photographs");
        var id = long.Parse(page.Url.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
        var app = new App(id, key!, secret!, "Wall of photographs");
        Assert.Contains("101", await _fixture.Client.CallAsync(app, "Up.auth.createToken"), StringComparison.Ordinal);

        await ApproveAsync();
        Assert.NotEmpty(await _fixture.CreateTokenAsync(app));
        await _fixture.Ipernity.AskAsync(app with { Secret = "wrong" }, "auth.getFrob");
        await page.GetByRole(AriaRole.Link, new() { Name = "Faults", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("td").Nth(1)).ToContainTextAsync("auth.getFrob");
        await Assertions.Expect(page.Locator("td").Nth(2)).ToContainTextAsync("105");

        await page.GetByRole(AriaRole.Link, new() { Name = "Secret", Exact = true }).ClickAsync();
        await page.GetByLabel("The present secret works for").SelectOptionAsync("one week");
        await page.Button("Create a secret").ClickAsync();
        var next = app with { Secret = (await page.Locator("#secret").TextContentAsync())! };
        Assert.NotEmpty(await _fixture.CreateTokenAsync(app));
        Assert.NotEmpty(await _fixture.CreateTokenAsync(next));

        await page.GetByRole(AriaRole.Link, new() { Name = "Transfer", Exact = true }).ClickAsync();
        await page.GetByLabel("Login name of the other account").FillAsync("bob_2");
        await page.Button("Offer").ClickAsync();
        await page.SeesAsync("Wall of photographs");
        var bob = await _fixture.OpenOtherBrowserAsync();
        await bob.Page.ArriveSignedInAsync(_fixture.Home, "bob_2");
        await bob.Page.GotoAsync(_fixture.Address("/console"));
        await bob.Page.Button("Accept Wall of photographs").ClickAsync();
        await bob.Page.SeesAsync("Wall of photographs");
        await bob.Page.GetByRole(AriaRole.Link, new() { Name = "Delete", Exact = true }).ClickAsync();
        await bob.Page.GetByLabel("To confirm, enter its name").FillAsync("Wall of photographs");
        await bob.Page.Button("Delete for good").ClickAsync();

        await Assertions.Expect(bob.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("was deleted");
        await using var scope = world.Server.Services.CreateAsyncScope();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<ApplicationAdministration>().FindAsync(key!, default));
    }

    /// <summary>Carol approves what waits, after she has looked at it on readable pages.</summary>
    private async Task ApproveAsync()
    {
        var carol = (await _fixture.OpenOtherBrowserAsync()).Page;
        await carol.ArriveSignedInAsync(_fixture.Home, "carol");
        await carol.GotoAsync(_fixture.Address("/admin/applications"));
        await PageAudit.AssertReadableAsync(carol);
        await carol.GetByRole(AriaRole.Region, new() { Name = "Waiting for your approval" })
            .GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(carol.Locator("img.logo")).ToBeVisibleAsync();
        await PageAudit.AssertReadableAsync(carol);
        await carol.Button("Approve").ClickAsync();
        await Assertions.Expect(carol.GetByRole(AriaRole.Status)).ToHaveTextAsync("Approved: registration, logo.");
    }
}
