using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>Every page, for whoever comes with a small window, tired eyes or a screen reader.</summary>
public sealed class PagesTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    public static TheoryData<string> Names => [.. PageTour.Stops.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Everything_can_be_read_in_a_narrow_window_in_light_and_dark_and_with_a_screen_reader(string name)
    {
        var page = _scene.Page;
        await _scene.VisitAsync(name);

        Assert.Empty(await PageAudit.GapsAsync(page));
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var contrasts = await PageAudit.ContrastsAsync(page);
            Assert.True(contrasts.Length > 2, "hardly anything was looked at");
            Assert.DoesNotContain(contrasts, contrast => contrast.Ratio < contrast.Least);
        }

        await page.SetViewportSizeAsync(320, 640);
        Assert.Empty(await PageAudit.OverflowAsync(page));
        Assert.Empty(await PageAudit.GapsAsync(page));
    }

    [Fact]
    public async Task Light_and_dark_are_different()
    {
        await _scene.VisitAsync("sign-in");
        var grounds = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await _scene.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            grounds.Add(await _scene.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Equal(["rgb(255, 255, 255)", "rgb(23, 24, 27)"], grounds);
    }

    [Fact]
    public void The_tour_leaves_no_page_out()
    {
        var pages = _scene.World.Server.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
            .OfType<PageActionDescriptor>().Select(page => page.AttributeRouteInfo!.Template!).Order(StringComparer.Ordinal);

        Assert.Equal(pages, PageTour.Stops.Values.Select(stop => stop.Route).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
