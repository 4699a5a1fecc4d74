using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using TokenAuth.Reference;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary><c>/docs</c>: the pages for developers, as the server shows them.</summary>
public sealed class ReferencePageTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public static TheoryData<string> Names => [.. ReferenceFeature.Pages.Select(page => page.Name)];

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task The_list_has_a_page_for_each_dialect()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var list = await browser.GetAsync("/docs");

        Assert.All(
            Program.Dialects,
            dialect => Assert.Contains($"href=\"/docs/{dialect.Name}\"", list.Html, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/docs/operations")).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_shows_its_tables_and_examples_and_every_link_leads_somewhere(string name)
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var page = await OpenAsync(browser, name);

        Assert.NotEmpty(page.QuerySelectorAll("article table td"));
        Assert.Single(page.QuerySelectorAll("article h1"));
        foreach (var link in page.QuerySelectorAll("article a").Select(link => link.GetAttribute("href")!))
        {
            if (link.StartsWith("https://", StringComparison.Ordinal))
                continue;
            var (path, anchor) = link.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at
                ? (link[..at], link[(at + 1)..])
                : (link, null);
            var target = path.Length == 0 ? page : await OpenAsync(browser, path["/docs/".Length..]);
            Assert.True(anchor is null || target.GetElementById(anchor) is not null, link);
        }
    }

    private static async Task<IDocument> OpenAsync(FormBrowser browser, string name)
    {
        var page = await browser.GetAsync($"/docs/{name}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return await BrowsingContext.New().OpenAsync(response => response.Content(page.Html));
    }
}
