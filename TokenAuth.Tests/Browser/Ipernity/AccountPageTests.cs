using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person looks at the tokens that old clients hold, and ends them.</summary>
public sealed class AccountPageTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Removing_the_application_ends_its_token_at_once()
    {
        var (world, page) = (_scene.World, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        var token = await _scene.AllowUploaderAsync(("perm_doc", "write"));
        Assert.Null(await CheckAsync(token));

        await page.GotoAsync(_scene.Address("/account"));
        await Assertions.Expect(page.Applications).ToContainTextAsync(["Uploader"]);
        await page.Button("Remove Uploader").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The application was removed, and its sessions have ended.");

        Assert.Equal(107, await CheckAsync(token));
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);
        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        await page.GotoAsync(_scene.AuthorizeLink(world.Uploader, ("frob", await _scene.Ipernity.FrobAsync(world.Uploader))));
        await page.SeesAsync("Allow Uploader?");
    }

    [Fact]
    public async Task A_token_is_listed_as_a_session_and_can_be_ended_alone()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");
        var first = await _scene.AllowUploaderAsync();
        _scene.World.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await _scene.AllowUploaderAsync();

        await page.GotoAsync(_scene.Address("/account"));
        var newest = page.Sessions.Filter(new() { HasText = "since 1 Mar 2026 12:01 UTC from 127.0.0.1" });
        await Assertions.Expect(newest).ToContainTextAsync(["Uploader"]);
        await Assertions.Expect(newest).ToContainTextAsync(["does not end by itself"]);
        await newest.GetByRole(AriaRole.Button, new() { Name = "End the session of Uploader", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");

        Assert.Equal(107, await CheckAsync(second));
        Assert.Null(await CheckAsync(first));
        await Assertions.Expect(page.Applications).ToContainTextAsync(["Uploader"]);
    }

    [Fact]
    public async Task A_frob_that_was_confirmed_but_not_yet_exchanged_goes_with_the_application()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var frob = await _scene.Ipernity.ConfirmedFrobAsync(uploader, _scene.World.Alice);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.Address("/account"));
        await page.Button("Remove Uploader").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();

        Assert.Equal(2, (await _scene.ExchangeAsync(uploader, frob)).Code);
    }

    [Fact]
    public async Task An_application_that_was_allowed_in_several_ways_is_listed_once_and_removed_as_a_whole()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.Ipernity.TokenAsync(world.Gallery, world.Alice, "doc=read");
        var access = await _scene.OAuth.AccessTokenAsync(world, world.Gallery, world.Alice);
        await _scene.OpenSessionAsync(world.Gallery, world.Alice);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.Address("/account"));
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(4);
        await Assertions.Expect(page.Applications).ToHaveCountAsync(1);
        await page.Button("Remove Gallery").ClickAsync();
        await Assertions.Expect(page.Applications).ToHaveCountAsync(0);

        await Assertions.Expect(page.Sessions).ToContainTextAsync(["This browser"]);
        Assert.Equal(107, (await _scene.Ipernity.CheckAsync(world.Gallery, token)).Code);
        Assert.Equal(107, (await _scene.OAuth.AskAsync(new OAuthCall(world.Gallery, access, "/api/auth.checkToken"))).Code);
    }

    private async Task<int?> CheckAsync(string token) => (await _scene.Ipernity.CheckAsync(_scene.World.Uploader, token)).Code;
}
