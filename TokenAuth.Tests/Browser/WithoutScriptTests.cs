using Microsoft.Playwright;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser;

/// <summary>A person whose browser runs no scripts misses nothing.</summary>
public sealed class WithoutScriptTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run, new() { JavaScriptEnabled = false });

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task The_whole_way_from_the_application_and_back_works()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token), ("next", "?id=5")));
        await page.SignInAsync("alice", "wrong password");
        await Assertions.Expect(page.Alert).ToHaveTextAsync("The login name or the password is not right.");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.GetByLabel("Keep me logged in to Gallery").CheckAsync();
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal($"{_scene.Gallery.Callback}?id=5&auth_token={token}", page.Url);
        var session = await _scene.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(0, session.GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task An_ipernity_client_is_allowed()
    {
        var (world, page) = (_scene.World, _scene.Page);

        await page.GotoAsync(_scene.AuthorizeLink(world.Gallery, ("perm_doc", "write")));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();

        var answer = await _scene.ExchangeAsync(world.Gallery, await _scene.ArrivesWithFrobAsync());
        Assert.Equal(world.Alice.Id.ToString(), answer.Text("auth", "user", "user_id"));
    }

    [Fact]
    public async Task A_code_for_a_program_is_shown_and_works()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);

        await page.GotoAsync(_scene.CodeLink(uploader));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");
        await page.AllowAsync();
        await page.SeesAsync("Your code for Uploader");

        var session = await _scene.GetSessionAsync(uploader, await page.Locator("main code").InnerTextAsync());
        Assert.Equal(_scene.World.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Signing_up_and_out_works()
    {
        var page = _scene.Page;
        await page.GotoAsync(_scene.Address("/signup"));
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");
        await page.SeesAsync("Your account");
        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signup")]
    public async Task The_button_that_needs_a_script_is_not_shown(string path)
    {
        await _scene.Page.GotoAsync(_scene.Address(path));

        var button = _scene.Page.Locator("button[data-shows=password]");
        await Assertions.Expect(button).ToHaveCountAsync(1);
        await Assertions.Expect(button).ToBeHiddenAsync();
    }
}
