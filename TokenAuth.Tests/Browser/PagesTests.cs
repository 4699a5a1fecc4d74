using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Languages;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>Every page in every state: how it looks, reads, loads, and speaks the person's language.</summary>
public sealed class PagesTests(BrowserRun run) : BrowserTests(run)
{
    /// <summary>The sum of the HTML, style sheets, scripts and pictures of a page, as a new visitor loads them.</summary>
    private const int MaxBytes = 30 * 1024;

    /// <summary>Pages that are as long as the document or the charts that they show.</summary>
    private static readonly string[] Long =
        ["reference", "reference-page", "method", "trial", "trial-answer", "debugger-result", "console-application"];

    /// <summary>The beginnings of the routes of the pages for developers, which are English.</summary>
    private static readonly string[] English = ["docs/", "console"];

    public static TheoryData<string> Names => [.. PageStates.All.Keys];

    /// <summary>
    /// Every page is small, readable in light, dark and forced colours, in wide and narrow windows and with a screen
    /// reader, and in every language.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_page_passes_the_audit(string name)
    {
        var isEnglish = English.Any(
            route => PageStates.All[name].Route.StartsWith(route, StringComparison.Ordinal));
        _fixture.MarksTexts = !isEnglish;
        await _fixture.VisitAsync(name);

        if (!Long.Contains(name, StringComparer.Ordinal))
            Assert.InRange(await PageAudit.BytesAsync(_fixture.Page), 10_000, MaxBytes);
        if (!isEnglish)
            Assert.Empty(await PageAudit.UntranslatedAsync(_fixture.Page, PageStates.Data(_fixture)));
        await PageAudit.AssertReadableAsync(_fixture.Page);
        if (isEnglish)
            return;
        _fixture.MarksTexts = false;
        foreach (var language in Language.All.Skip(1))
        {
            await _fixture.UseLanguageAsync(language.Code);
            await _fixture.Page.ReloadAsync(); // sends a form again
            await Assertions.Expect(_fixture.Page.Locator("html")).ToHaveAttributeAsync("lang", language.Code);
            await PageAudit.AssertFitsAsync(_fixture.Page);
        }
    }

    /// <summary>The audit of texts finds a text that is not translated, wherever it is.</summary>
    [Theory]
    [InlineData("document.querySelector('main h1').append('Forgotten')", "Forgotten")]
    [InlineData("document.querySelector('main button').setAttribute('aria-label', 'Forgotten')", "aria-label: Forgotten")]
    [InlineData("document.title = 'Forgotten - TokenAuth'", "title: Forgotten - TokenAuth")]
    [InlineData("document.querySelector('main input').placeholder = 'Forgotten'", "placeholder: Forgotten")]
    public async Task A_text_that_cannot_be_translated_is_found(string forget, string found)
    {
        _fixture.MarksTexts = true;
        await _fixture.VisitAsync("sign-up");
        await _fixture.Page.EvaluateAsync(forget);

        Assert.Equal([found], await PageAudit.UntranslatedAsync(_fixture.Page, PageStates.Data(_fixture)));
    }

    [Fact]
    public async Task Light_and_dark_are_different()
    {
        await _fixture.VisitAsync("sign-in");
        var grounds = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await _fixture.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            grounds.Add(await _fixture.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Equal(["rgb(243, 244, 247)", "rgb(18, 20, 24)"], grounds);
    }

    [Fact]
    public void Every_page_has_a_state_in_the_list()
    {
        var actions = _fixture.World.Server.Services.GetRequiredService<IActionDescriptorCollectionProvider>();
        var pages = actions.ActionDescriptors.Items.OfType<PageActionDescriptor>()
            .Select(page => page.AttributeRouteInfo!.Template!)
            .Where(route => !route.StartsWith("admin", StringComparison.Ordinal)) // see AdminPagesTests
            .Order(StringComparer.Ordinal);

        Assert.Equal(pages, PageStates.All.Values.Select(state => state.Route).Distinct(StringComparer.Ordinal).Order(
            StringComparer.Ordinal));
    }
}
