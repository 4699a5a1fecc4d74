using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person makes an account.</summary>
public sealed class SignUpTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_person_who_signs_up_is_signed_in_and_sees_the_account()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");
        await page.SeesAsync("Your account");

        await Assertions.Expect(page.Locator(".facts dd").First).ToHaveTextAsync("carol");
        await Assertions.Expect(page.Locator("header nav")).ToContainTextAsync("carol");
    }

    [Fact]
    public async Task A_person_who_signs_up_after_an_applications_link_arrives_at_its_consent_page()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.LoginLink(_fixture.World.Gallery, ("next", "?id=5")));
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign up" }).ClickAsync();
        await page.SeesAsync("Sign up");
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.StartsWith(_fixture.Gallery.Callback + "?id=5&auth_token=", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_name_that_differs_only_in_case_is_taken_and_the_field_says_so()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.SignUpAsync("ALICE", "other@example.test", "a password of hers");

        await Assertions.Expect(page.Alert).ToContainTextAsync("Your account was not created yet.");
        await Assertions.Expect(page.LoginName).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.LoginName).ToHaveAccessibleDescriptionAsync(
            "Up to 25 letters, digits and underscores. Others can see it. This login name is taken. "
                + "Choose another one.");
        await Assertions.Expect(page.Locator("[aria-invalid]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.LoginName).ToHaveValueAsync("ALICE");
        await Assertions.Expect(page.GetByLabel("E-mail address")).ToHaveValueAsync("other@example.test");
        await Assertions.Expect(page.Password).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("a\u0007b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202Eb")]
    public async Task A_name_with_a_line_break_or_a_direction_mark_is_refused(string name)
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.GetByLabel("Your name").FillAsync(name);
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");

        await Assertions.Expect(page.Alert).ToContainTextAsync("Your account was not created yet.");
        await Assertions.Expect(page.GetByLabel("Your name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator("[aria-invalid]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_name_may_contain_characters_joined_into_one_glyph()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.GetByLabel("Your name").FillAsync("Carol \U0001F469\u200D\U0001F469\u200D\U0001F467");
        await page.SignUpAsync("carol", "carol@example.test", "a password of hers");

        await page.SeesAsync("Your account");
    }

    [Fact]
    public async Task The_invalid_field_receives_the_focus()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await Assertions.Expect(page.LoginName).ToBeFocusedAsync();
        await page.EvaluateAsync("document.querySelector('main form').noValidate = true");
        await page.SignUpAsync("carol", "carol@example.test", "7 chars");

        await Assertions.Expect(page.Alert).ToBeVisibleAsync();
        await Assertions.Expect(page.Password).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_browser_stops_a_short_password_before_it_is_sent()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.SignUpAsync("carol", "carol@example.test", "7 chars");

        await Assertions.Expect(page.Password).ToBeFocusedAsync();
        Assert.True(await page.Password.EvaluateAsync<bool>("field => field.validity.tooShort"));
    }

    [Fact]
    public async Task The_server_reports_every_error_together_when_the_browser_checks_nothing()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.EvaluateAsync("document.querySelector('main form').noValidate = true");
        await page.SignUpAsync("a b", "nobody", "7 chars");

        await Assertions.Expect(page.Password).ToHaveAccessibleDescriptionAsync(
            "At least 8 characters. A few words are better than one. A password has at least 8 characters.");
        await Assertions.Expect(page.LoginName).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.GetByLabel("E-mail address")).ToHaveAccessibleDescriptionAsync(
            "Enter an e-mail address, such as name@example.org.");
        await Assertions.Expect(page.LoginName).ToBeFocusedAsync();
        await page.GotoAsync(_fixture.Address("/account"));
        await page.SeesAsync("Sign in");
    }
}
