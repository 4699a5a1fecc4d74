using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person signs in, or fails to.</summary>
public sealed class SignInTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData("alice", "wrong password")]
    [InlineData("nobody", "wrong password")]
    [InlineData("not a login name!", TestWorld.Password)]
    [InlineData("sybil", "wrong password")]
    public async Task A_wrong_name_and_a_wrong_password_get_the_same_announced_message(string login, string password)
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.SignInAsync(login, password);

        await Assertions.Expect(page.Alert).ToHaveTextAsync("The login name or password is wrong.");
        foreach (var field in new[] { page.LoginName, page.Password })
        {
            await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
            await Assertions.Expect(field).ToHaveAccessibleDescriptionAsync(
                "The login name or password is wrong.");
        }

        await Assertions.Expect(page.Password).ToBeFocusedAsync();
        await Assertions.Expect(page.Password).ToHaveValueAsync("");
        await Assertions.Expect(page.LoginName).ToHaveValueAsync(login);
    }

    [Fact]
    public async Task The_page_marks_no_error_before_the_first_attempt_and_focuses_the_name()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));

        await Assertions.Expect(page.LoginName).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("[aria-invalid], [role=alert]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_fourth_wrong_password_blocks_sign_in_for_five_minutes_even_with_the_right_one()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));
        for (var attempt = 0; attempt < 4; attempt++)
        {
            await page.SignInAsync("alice", $"wrong {attempt}");
            await Assertions.Expect(page.Alert).ToHaveTextAsync("The login name or password is wrong.");
        }

        foreach (var (passed, left) in new[] { (0, "5 minutes"), (299, "1 second") })
        {
            _fixture.World.Clock.Advance(TimeSpan.FromSeconds(passed));
            var refusal = await page.RunAndWaitForResponseAsync(
                () => page.SignInAsync("alice"), response => response.Request.Method == "POST");
            Assert.Equal(429, refusal.Status);
            await Assertions.Expect(page.Alert).ToHaveTextAsync($"Too many failed attempts. Try again in {left}.");
        }

        _fixture.World.Clock.Advance(TimeSpan.FromSeconds(1));
        await page.SignInAsync("alice");
        await page.SeesAsync("Your account");
    }

    [Fact]
    public async Task A_right_password_after_three_wrong_ones_is_accepted()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await page.SignInAsync("alice", $"wrong {attempt}");
            await Assertions.Expect(page.Alert).ToBeVisibleAsync();
        }

        await page.SignInAsync("alice");

        await page.SeesAsync("Your account");
    }

    /// <summary>Dreamwidth shows underscores in names as hyphens.</summary>
    [Fact]
    public async Task A_hyphen_may_be_typed_for_an_underscore()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.SignInAsync("Bob-2");

        await page.SeesAsync("Your account");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("bob_2");
    }

    [Fact]
    public async Task A_suspended_person_learns_of_the_suspension_only_with_the_right_password()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));

        var refusal = await page.RunAndWaitForResponseAsync(
            () => page.SignInAsync("sybil"), response => response.Request.Method == "POST");

        Assert.Equal(403, refusal.Status);
        await Assertions.Expect(page.Alert).ToHaveTextAsync(
            "This account is closed. Contact the people who run this service.");
        await page.GotoAsync(_fixture.Address("/account"));
        await page.SeesAsync("Sign in");
    }

    [Fact]
    public async Task Each_sign_in_creates_a_new_session_and_invalidates_the_earlier_cookie()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("bob_2");
        var before = await _fixture.Window.SignInCookieAsync();
        Assert.True(await _fixture.IsSignedInWithAsync(before));

        await page.GotoAsync(_fixture.Address("/signin?again=1&return=/account"));
        await page.SignInAsync("alice");
        await page.SeesAsync("Your account");

        var after = await _fixture.Window.SignInCookieAsync();
        Assert.NotEqual(before.Value, after.Value, StringComparer.Ordinal);
        Assert.True(await _fixture.IsSignedInWithAsync(after));
        Assert.False(await _fixture.IsSignedInWithAsync(before));
    }

    [Fact]
    public Task A_return_address_on_another_site_leads_to_the_account_page_here() => Assert.AllAsync(
        (string[])[
            "https://evil.example/", "http://127.0.0.1@evil.example/", "//evil.example", "///evil.example",
            "/\\evil.example", "\\\\evil.example",
            "/\t/evil.example", "~//evil.example", "javascript:alert(1)", "evil.example",
        ],
        back => ReturnsAsync(back, "/account"));

    [Fact]
    public Task A_return_address_on_this_site_is_where_the_person_arrives() => Assert.AllAsync(
        (string[])["/signout", "/account?from=a%20mail", "/account#sessions"], back => ReturnsAsync(back, back));

    [Fact]
    public async Task The_button_shows_the_password_and_hides_it_again()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.Password.FillAsync("secret");
        var button = page.Button("Show password");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "false");

        await button.ClickAsync();
        await Assertions.Expect(page.Password).ToHaveAttributeAsync("type", "text");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        // The accessible name contains the visible text, so that voice control finds it. aria-pressed tells the state.
        await Assertions.Expect(button).ToHaveTextAsync("Show");

        await button.ClickAsync();
        await Assertions.Expect(page.Password).ToHaveAttributeAsync("type", "password");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "false");
    }

    private async Task ReturnsAsync(string back, string path)
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signin?again=1&return=") + Uri.EscapeDataString(back));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"^{Regex.Escape(_fixture.Address(path))}$"));
    }
}
