using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>A person sees the sessions of a program that has a key, and ends them.</summary>
public sealed class ProgramTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _fixture = new(run);
    private JournalProgram _program = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.OpenAsync();
        _program = new JournalProgram(_fixture.World.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _program?.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_programs_session_is_listed_and_ending_it_invalidates_its_cookie_and_no_other()
    {
        var page = _fixture.Page;
        var key = await _fixture.KeyAsync(_fixture.World.Alice, "Old laptop");
        var first = (await _program.SignInAsync("alice", key)).Cookie;
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = (await _program.SignInAsync("alice", key)).Cookie;
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account/security"));
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(3);
        var newest = page.Sessions.Filter(new() { HasText = "12:01" }).Filter(
            new() { HasText = "A program (dreamwidth)" });
        await Assertions.Expect(newest).ToHaveTextAsync([new Regex(@"Ends .*\b2\b.*2026")]);
        await newest.GetByRole(
            AriaRole.Button, new() { Name = "End the session of A program (dreamwidth)", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The session has ended.");

        Assert.False(await _program.MayExportAsync(second));
        Assert.True(await _program.MayExportAsync(first));
        Assert.Equal(0, (await _program.SignInAsync("alice", key)).Code);
    }

    [Fact]
    public async Task Changing_the_password_ends_the_programs_session_but_not_keys_or_consents()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.KeyAsync(world.Alice, "Old laptop");
        var cookie = (await _program.SignInAsync("alice", key)).Cookie;
        var bobs = (await _program.SignInAsync("bob_2", await _fixture.KeyAsync(world.Bob, "Telephone"))).Cookie;
        var session = await _fixture.OpenSessionAsync(world.Gallery, world.Alice);
        var token = await _fixture.Ipernity.TokenAsync(world.Uploader, world.Alice);
        Assert.True(await _program.MayExportAsync(cookie));

        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account/password"));
        await page.ChangePasswordAsync(TestWorld.Password, "a new and longer password");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");

        Assert.False(await _program.MayExportAsync(cookie));
        Assert.True(await _program.MayExportAsync(bobs));
        Assert.Equal(0, (await _program.SignInAsync("alice", key)).Code);
        Assert.Equal($"\"{world.Alice.Id}\"", await _fixture.Client.CallAsync(
            world.Gallery, "users.getLoggedInUser", ("session_key", session), ("format", "JSON")));
        Assert.Null((await _fixture.Ipernity.CheckAsync(world.Uploader, token)).Code);
    }

    [Fact]
    public async Task The_export_asks_a_browser_to_sign_in_and_is_shown_afterwards()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/export_comments?get=comment_meta&startid=0"));
        await page.SeesAsync("Sign in");

        var export = await page.RunAndWaitForResponseAsync(
            () => page.SignInAsync("alice"), response => response.Url.Contains(
                "/export_comments", StringComparison.Ordinal));

        Assert.Equal(200, export.Status);
        Assert.EndsWith("/export_comments?get=comment_meta&startid=0", page.Url, StringComparison.Ordinal);
        Assert.Contains("<maxid>0</maxid>", await export.TextAsync(), StringComparison.Ordinal);
    }
}
