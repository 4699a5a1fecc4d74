using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace TokenAuth.Tests.Browser;

/// <summary>Audits what axe does not: field edges, width, focus and our own pages. See page-audit.js.</summary>
internal static class PageAudit
{
    private static readonly Lazy<string> Script = new(
        () => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Browser", "Data", "page-audit.js")));

    /// <summary>Every field's text and edge, with its contrast to the background.</summary>
    public static Task<Contrast[]> ContrastsAsync(IPage page) => RunAsync<Contrast[]>(page, "contrasts");

    /// <summary>The elements that extend beyond the window's right edge.</summary>
    public static Task<string[]> OverflowAsync(IPage page) => RunAsync<string[]>(page, "overflow");

    /// <summary>Missing titles and references, broken words, and fields that are too small to touch.</summary>
    public static Task<string[]> GapsAsync(IPage page) => RunAsync<string[]>(page, "gaps");

    public static Task<Focus> FocusAsync(IPage page) => RunAsync<Focus>(page, "focus");

    /// <summary>Checks a page in light and dark colours, for a screen reader, and in a narrow window.</summary>
    public static async Task AssertReadableAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await AssertAccessibleAsync(page, new AxeRunOptions());

        // Of the rules, only this one depends on the colours.
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await AssertAccessibleAsync(page, new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });

        await page.SetViewportSizeAsync(320, 640);
        Assert.Empty(await OverflowAsync(page));
        Assert.Empty(await GapsAsync(page));
    }

    private static async Task AssertAccessibleAsync(IPage page, AxeRunOptions rules)
    {
        var axe = await page.RunAxe(rules);
        Assert.Contains(axe.Passes, rule => rule.Id == "color-contrast");
        Assert.Empty(axe.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}")));
        Assert.Empty(await GapsAsync(page));
        Assert.DoesNotContain(await ContrastsAsync(page), contrast => contrast.Ratio < contrast.Least);
    }

    private static Task<T> RunAsync<T>(IPage page, string function) =>
        page.EvaluateAsync<T>($"() => {{ {Script.Value}\nreturn {function}(); }}");
}

internal sealed record Contrast
{
    public required string Of { get; init; }

    public required double Ratio { get; init; }

    /// <summary>4.5 for text and 3 for edges: WCAG 2.2, 1.4.3 and 1.4.11.</summary>
    public required double Least { get; init; }
}

internal sealed record Focus
{
    public required string Name { get; init; }

    public required bool InView { get; init; }

    public required string OutlineStyle { get; init; }

    public required double OutlineWidth { get; init; }

    public required double OutlineContrast { get; init; }
}
