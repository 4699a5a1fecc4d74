using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Tests.Browser;

/// <summary>Audits what axe does not: field edges, width, focus and our own pages. See page-audit.js.</summary>
internal static class PageAudit
{
    private static readonly Lazy<string> Script = new(
        () => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Browser", "Data", "page-audit.js")));

    /// <summary>
    /// The script of axe. The package for Playwright runs it in a page of its own each time, which takes twice as long.
    /// </summary>
    private static readonly Lazy<string> Axe = new(() => new BundledAxeScriptProvider().GetScript());

    /// <summary>Every field's text and edge, with its contrast to the background.</summary>
    public static Task<Contrast[]> ContrastsAsync(IPage page) => RunAsync<Contrast[]>(page, "contrasts");

    /// <summary>The elements that extend beyond the window's right edge.</summary>
    public static Task<string[]> OverflowAsync(IPage page) => RunAsync<string[]>(page, "overflow");

    /// <summary>Missing titles and references, broken words, and fields that are too small to touch.</summary>
    public static Task<string[]> GapsAsync(IPage page) => RunAsync<string[]>(page, "gaps");

    /// <summary>The size of a page's files as they were transferred.</summary>
    public static async Task<int> BytesAsync(IPage page) => await page.EvaluateAsync<int>(
        """
        () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .reduce((sum, entry) => sum + entry.encodedBodySize, 0)
        """);

    /// <summary>
    /// The texts that are not within marks (<see cref="MarkTexts"/>), so that they are the same in every language.
    /// </summary>
    /// <param name="data">Names of people and applications, which have no translation.</param>
    public static Task<string[]> UntranslatedAsync(IPage page, IReadOnlyList<string> data) =>
        RunAsync<string[]>(page, $"untranslated.bind(null, {JsonSerializer.Serialize(data)})");

    /// <summary>Marks every translatable text of a server with characters that a person does not see, or stops.</summary>
    public static void MarkTexts(IServiceProvider services, bool marks = true) =>
        services.GetRequiredService<Texts>().Mark = text => marks ? $"\u200B{text}\u00AD" : text;

    public static Task<Focus> FocusAsync(IPage page) => RunAsync<Focus>(page, "focus");

    /// <summary>
    /// Checks a page in light, dark and forced colours, for a screen reader, and in a wide and a narrow window.
    /// </summary>
    public static async Task AssertReadableAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.EvaluateAsync(Axe.Value);
        await AssertAccessibleAsync(page, "{}");

        // Of the rules, only this one depends on the colours.
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await AssertAccessibleAsync(page, "{ runOnly: ['color-contrast'] }");

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ForcedColors = ForcedColors.Active });
        Assert.DoesNotContain(await ContrastsAsync(page), contrast => contrast.Ratio < contrast.Least);
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.None });

        await page.SetViewportSizeAsync(1920, 1080);
        Assert.Empty(await OverflowAsync(page));
        await AssertFitsAsync(page);
    }

    /// <summary>Checks a page in a narrow window.</summary>
    public static async Task AssertFitsAsync(IPage page)
    {
        await page.SetViewportSizeAsync(320, 640);
        Assert.Empty(await OverflowAsync(page));
        Assert.Empty(await GapsAsync(page));
    }

    private static async Task AssertAccessibleAsync(IPage page, string options)
    {
        var run = await page.EvaluateAsync<AxeRun>(
            $$"""
            async () => {
              const { passes, violations } = await axe.run({{options}});
              return {
                passes: passes.map(rule => rule.id),
                violations: violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`)),
              };
            }
            """);
        Assert.Contains("color-contrast", run.Passes, StringComparer.Ordinal);
        Assert.Empty(run.Violations);
        Assert.Empty(await GapsAsync(page));
        Assert.DoesNotContain(await ContrastsAsync(page), contrast => contrast.Ratio < contrast.Least);
    }

    private static Task<T> RunAsync<T>(IPage page, string function) =>
        page.EvaluateAsync<T>($"() => {{ {Script.Value}\nreturn {function}(); }}");
}

internal sealed record AxeRun
{
    public required string[] Passes { get; init; }

    public required string[] Violations { get; init; }
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
