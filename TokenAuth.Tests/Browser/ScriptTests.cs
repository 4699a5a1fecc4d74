using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>What scripts add to pages that work without them.</summary>
public sealed class ScriptTests(BrowserRun run) : BrowserTests(run, new() { TimezoneId = "Asia/Tokyo" })
{
    [Theory]
    [InlineData("en", "1 March 2026", "1 March 2026 at 21:00")]
    [InlineData("fr", "1 mars 2026", "1 mars 2026 à 21:00")]
    [InlineData("de", "1. März 2026", "1. März 2026 um 21:00")]
    public async Task Times_are_in_the_browsers_time_zone_and_in_the_language_of_the_page(
        string language, string day, string time)
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await _fixture.UseLanguageAsync(language);

        await page.GotoAsync(_fixture.LoginLink(gallery, BrowserFixture.Carrying(
            await _fixture.CreateTokenAsync(gallery))));

        await Assertions.Expect(page.Locator("time")).ToHaveTextAsync([day, time]);
    }

    [Fact]
    public async Task A_form_is_sent_once_and_its_button_shows_that_it_is_on_its_way()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/signup"));
        await page.LoginName.FillAsync("carol");
        await page.GetByLabel("E-mail address").FillAsync("carol@example.test");
        await page.Password.FillAsync("a password of hers");
        var button = page.Button("Sign up");

        // The browser itself would send one form only if its button is clicked again within the same task.
        var seen = await button.EvaluateAsync<string[]>(
            """
            button => {
              const refused = [];
              addEventListener("submit", event => refused.push(String(event.defaultPrevented)));
              for (let i = 0; i < 3; i++) button.click();
              return [...refused, button.getAttribute("aria-busy")];
            }
            """);

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "carol" })).ToBeVisibleAsync();
        Assert.Equal(["false", "true", "true", "true"], seen);
    }
}
