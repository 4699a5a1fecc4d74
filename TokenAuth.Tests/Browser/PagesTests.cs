using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>Every page in a narrow window, in light and dark colours, and for a screen reader.</summary>
public sealed class PagesTests(BrowserRun run) : BrowserTests(run)
{
    public static TheoryData<string> Names => [.. PageStates.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_page_is_readable_in_a_narrow_window_in_light_and_dark_and_with_a_screen_reader(string name)
    {
        await _fixture.VisitAsync(name);

        await PageAudit.AssertReadableAsync(_fixture.Page);
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
