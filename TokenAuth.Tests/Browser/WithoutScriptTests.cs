using Microsoft.Playwright;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser;

/// <summary>Every feature works in a browser that runs no scripts.</summary>
public sealed class WithoutScriptTests(BrowserRun run) : BrowserTests(run, new() { JavaScriptEnabled = false })
{
    [Fact]
    public async Task The_handshake_from_the_application_and_back_works()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token), ("next", "?id=5")));
        await page.SignInAsync("alice", "wrong password");
        await Assertions.Expect(page.Alert).ToHaveTextAsync("The login name or password is wrong.");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.GetByLabel("Keep me signed in to Gallery").CheckAsync();
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal($"{_fixture.Gallery.Callback}?id=5&auth_token={token}", page.Url);
        var session = await _fixture.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(0, session.GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task A_person_can_allow_an_ipernity_client()
    {
        var (world, page) = (_fixture.World, _fixture.Page);

        await page.GotoAsync(_fixture.AuthorizeLink(world.Gallery, ("perm_doc", "write")));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();

        var answer = await _fixture.ExchangeAsync(world.Gallery, await _fixture.ArrivesWithFrobAsync());
        Assert.Equal(world.Alice.Id.ToString(), answer.Text("auth", "user", "user_id"));
    }

    [Fact]
    public async Task A_code_for_a_program_is_shown_and_works()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);

        await page.GotoAsync(_fixture.CodeLink(uploader));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");
        await page.AllowAsync();
        await page.SeesAsync("Your code for Uploader");

        var session = await _fixture.GetSessionAsync(uploader, await page.Locator("main code").InnerTextAsync());
        Assert.Equal(_fixture.World.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task A_person_can_sign_up_and_sign_out()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");
        await page.SeesAsync("Your account");
        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signup")]
    public async Task A_button_that_needs_a_script_is_not_shown(string path)
    {
        await _fixture.Page.GotoAsync(_fixture.Address(path));

        var button = _fixture.Page.Locator("button[data-shows=password]");
        await Assertions.Expect(button).ToHaveCountAsync(1);
        await Assertions.Expect(button).ToBeHiddenAsync();
    }
}
